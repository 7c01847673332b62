import type { ProbeEvent } from '../../shared/domain/probe-event';
import type { WindowRow } from '../../shared/domain/window-row';

/**
 * The truth after a restart. `Progress` is what the stream job knows of its partition; the lake keeps it in its
 * checkpoint together with the list of live files, so that both are durable in one rename.
 */
export interface Progress<Snapshot = unknown> {
  /** Decimal text: JSON has no bigint. */
  nextOffset: string;
  /** Last `seq` in the lake by prober. */
  lastSeq: Record<string, number>;
  aggregator: Snapshot;
}

/** Inclusive `seq` ranges by prober. */
export type HeldRanges = Record<string, [number, number][]>;

/** What `open` found. */
export interface LakeOpening<Snapshot = unknown> {
  /** Null for a new lake, and when checkpoint and previous checkpoint are both lost. */
  progress: Progress<Snapshot> | null;
  /**
   * Last `seq` by prober of which it and everything before it stands in the lake: `progress.lastSeq`, or what the raw
   * files say when the checkpoint was lost. Events up to there must not be appended again.
   */
  lastSeq: Record<string, number>;
  /** Events above `lastSeq` that stand in the lake all the same and must not be appended again. Mostly empty. */
  held: HeldRanges;
  /** Half-open ranges (µs) whose windows are lost and have to be recomputed from raw. Mostly empty. */
  dirty: { fromUs: number; toUs: number }[];
  notices: LakeNotice[];
}

/** Something that start-up found and did: shown, logged and counted, never swallowed. */
export interface LakeNotice {
  code:
    | 'orphan_removed'
    | 'merge_finished'
    | 'cut_back'
    | 'checkpoint_rebuilt'
    | 'file_set_aside'
    | 'foreign_files';
  message: string;
  path?: string;
}

export interface LakeStats {
  rawRows: number;
  rawFiles: number;
  rawBytes: number;
  windowRows: number;
  windowFiles: number;
  windowBytes: number;
  /** Rows in memory that no file holds yet. */
  unflushedRows: number;
  /** µs of the oldest and newest raw event; null when empty. */
  fromUs: number | null;
  toUs: number | null;
  lastFlushUs: number | null;
  lastFlushDurationMs: number | null;
}

/**
 * One partition's writing side of the lake. The order of I4 is the caller's to keep and this interface's to make
 * visible: `append… → flushRaw → upsertWindows → commit`. All methods but `append` are serial: one at a time.
 */
export interface LakeWriter<Snapshot = unknown> {
  /** The restored progress (null for a new lake); undoes or finishes whatever a crash left. */
  open(): Promise<LakeOpening<Snapshot>>;
  /** Takes accepted events into the in-memory tail. Synchronous and cheap; visible to queries at once. */
  append(events: readonly ProbeEvent[]): void;
  /** Makes everything appended before the call durable in `lake1_raw`. */
  flushRaw(): Promise<void>;
  /** Makes rows durable in `lake2_metrics`, replacing those with the same key. */
  upsertWindows(rows: readonly WindowRow[]): Promise<void>;
  /** Makes the checkpoint durable: from here on a restart begins at `progress`. */
  commit(progress: Progress<Snapshot>): Promise<void>;
  /** Seals and merges what is due; short steps, to be called after a commit. */
  maintain(nowUs: number): Promise<void>;
  /**
   * Raw rows (durable ones, and the unflushed ones too) of which any instant lies in one of the half-open ranges, in
   * batches, ordered by (`probe_id`, `seq`). Used for dirty windows and for restoring open ones.
   */
  readRaw(
    ranges: readonly { fromUs: number; toUs: number; targetId?: string; probeId?: string }[],
  ): AsyncIterable<ProbeEvent[]>;
  close(): Promise<void>;
}
