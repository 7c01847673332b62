import type { DuckDBConnection } from '@duckdb/node-api';

/**
 * One consistent picture of the lake. Of partitions that are open here: the live files and the in-memory tails as they stood
 * when it was acquired. Of the others: what their owners' checkpoints said then.
 */
export interface LakeView {
  /**
   * A SQL table expression (to stand after FROM) with all columns of `lake1_raw`, each row exactly once, restricted
   * to files that can hold an instant in the half-open range (µs); rows still have to be filtered.
   */
  raw(range?: { fromUs: number; toUs: number }): string;
  /** The same for the rows of `lake2_metrics` that stand in files. */
  windows(range?: { fromUs: number; toUs: number }): string;
  /** How many rows of `lake2_metrics` stand in files. */
  readonly windowRows: number;
  /** Must be called once; merges wait for it. Idempotent. */
  release(): void;
}

export interface LakeViews {
  acquire(): Promise<LakeView>;
  /** A connection of its own for one question or export; the caller closes it (`closeSync`) and may `interrupt` it. */
  connect(): Promise<DuckDBConnection>;
  /** Gives memory that statements are done with back to the system: for who runs many heavy ones. Never rejects. */
  trim(): Promise<void>;
}
