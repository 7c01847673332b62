import type { QuarantineReason } from '../../shared/contract/kafka';
import type { ProbeEvent, ProbeResult } from '../../shared/domain/probe-event';

/** A position in one partition. For the embedded log it equals `seq`. */
export type Offset = bigint;

/** By what a record is known again: its prober and number, or, of one that is no event, a digest in their place. */
export interface RecordIdentity {
  probe_id: string;
  seq: number;
}

/** Where a reader stood in a log: the offset it reads next, and the record just before that, where it is known. */
export interface LogPlace {
  nextOffset: Offset;
  last: RecordIdentity | null;
}

/** A record that is no event: it goes to the quarantine, and reading goes on. */
export interface RefusedRecord {
  offset: Offset;
  reason: QuarantineReason;
  detail: string;
  key: Buffer | null;
  value: Buffer | null;
  /** When the log took it in, µs. */
  appendedUs: number;
}

/**
 * A place in the log that reading could not pass as it should: `lost`: `[from, to)` was thrown away before it was read;
 * `other_log`: what stands there now is another log behind the same name, read from its beginning `to`.
 */
export interface LogBreach {
  kind: 'lost' | 'other_log';
  from: Offset;
  to: Offset;
}

export interface LogBatch {
  /** In log order. `late` is false: the aggregator decides it. */
  events: readonly ProbeEvent[];
  /** Where the next read of this partition starts. */
  nextOffset: Offset;
  /** Whether the partition held nothing more when this was read. */
  atEnd: boolean;
  /** The record just before `nextOffset`; left out when that is not known. */
  last?: RecordIdentity;
  /** Where an event of the batch stands in the log; left out where offset and `seq` are one. */
  offsetOf?: (index: number) => Offset;
  /** Records between the events that are none. */
  refused?: readonly RefusedRecord[];
  /** What was met before the first event. */
  breach?: LogBreach;
}

export interface LogStats {
  /** Durable events since start. */
  appended: number;
  /** What the next event gets. */
  nextSeq: number;
  /** Events the reader has not committed yet, all partitions. */
  waiting: number;
  fileBytes: number;
}

/** The side of a log that the stream jobs read. */
export interface EventReader {
  /** Names this very log, whatever stands behind its name later: a place is good only for the source it was noted for. */
  readonly source: string;
  /** What this process reads now, ascending. */
  readonly partitions: readonly number[];
  /**
   * Where to go on after a restart.
   * @param place what was noted for this source; null where nothing was
   * @param lastSeq highest `seq` by prober that the lake holds of this partition
   */
  resume(
    partition: number,
    place: LogPlace | null,
    lastSeq: Readonly<Record<string, number>>,
  ): Promise<Offset>;
  /**
   * Reads from `from` on; waits up to `waitMs` for a first event and then resolves with an empty batch at the end.
   * An offset below the first kept one reads from the first kept one (compare `nextOffset`).
   */
  read(partition: number, from: Offset, options: { maxEvents: number; waitMs: number }): Promise<LogBatch>;
  /** Tells that the lake holds everything below `nextOffset` durably; the embedded log gives the space back. */
  commit(partition: number, nextOffset: Offset): Promise<void>;
}

/** The durable, replayable stream between probers and aggregators. Every implementation passes one conformance suite. */
export interface EventLog extends EventReader {
  /** Stable for the life of the log: a name and eight random hex digits. Known after `start`. */
  readonly probeId: string;
  start(): Promise<void>;
  /** Idempotent. Everything acknowledged stays. */
  stop(): Promise<void>;
  /**
   * Gives each result its `seq` and stores all of them in one durable transaction, in order.
   * Resolves when durable, with the events as stored. Rejects with an AppError (`no_space`, `unavailable`) when
   * nothing was stored; the same results can be appended again.
   */
  append(results: readonly ProbeResult[]): Promise<readonly ProbeEvent[]>;
  /** The offset that the next appended event of this partition will get. */
  endOffset(partition: number): Promise<Offset>;
  /** The first offset that is still kept. */
  startOffset(partition: number): Promise<Offset>;
  /** Empties the log; `probeId` and the `seq` counter stay. */
  clear(): Promise<void>;
  stats(): LogStats;
}
