import type { ProbeEvent, ProbeResult } from '../../shared/domain/probe-event';

/** A position in one partition. For the embedded log it equals `seq`. */
export type Offset = bigint;

export interface LogBatch {
  /** In log order. `late` is false: the aggregator decides it. */
  events: readonly ProbeEvent[];
  /** Where the next read of this partition starts. */
  nextOffset: Offset;
  /** Whether the partition held nothing more when this was read. */
  atEnd: boolean;
}

export interface LogStats {
  /** Durable events since start. */
  appended: number;
  /** Events the reader has not committed yet, all partitions. */
  waiting: number;
  fileBytes: number;
}

/** The durable, replayable stream between probers and aggregators. Every implementation passes one conformance suite. */
export interface EventLog {
  /** Stable for the life of the log: a name and eight random hex digits. Known after `start`. */
  readonly probeId: string;
  readonly partitions: readonly number[];
  start(): Promise<void>;
  /** Idempotent. Everything acknowledged stays. */
  stop(): Promise<void>;
  /**
   * Gives each result its `seq` and stores all of them in one durable transaction, in order.
   * Resolves when durable, with the events as stored. Rejects with an AppError (`no_space`, `unavailable`) when
   * nothing was stored; the same results can be appended again.
   */
  append(results: readonly ProbeResult[]): Promise<readonly ProbeEvent[]>;
  /**
   * Reads from `from` on; waits up to `waitMs` for a first event and then resolves with an empty batch at the end.
   * An offset below the first kept one reads from the first kept one (compare `nextOffset`).
   */
  read(partition: number, from: Offset, options: { maxEvents: number; waitMs: number }): Promise<LogBatch>;
  /** The offset that the next appended event of this partition will get. */
  endOffset(partition: number): Promise<Offset>;
  /** The first offset that is still kept. */
  startOffset(partition: number): Promise<Offset>;
  /** Tells that the lake holds everything below `nextOffset` durably; the embedded log gives the space back. */
  commit(partition: number, nextOffset: Offset): Promise<void>;
  /** Empties the log; `probeId` and the `seq` counter stay. */
  clear(): Promise<void>;
  stats(): LogStats;
}
