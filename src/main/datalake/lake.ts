import type { QuarantineReason } from '../../shared/contract/kafka';
import type { ProbeEvent } from '../../shared/domain/probe-event';
import type { WindowRow } from '../../shared/domain/window-row';
import type { LakeUser } from './lake-users';
import type { LakeViews } from './lake-view';
import type { Progress } from './progress';

export type { Progress } from './progress';

/** What `LakeWriter.open` found. */
export interface LakeOpening<Snapshot = unknown> {
  /** Null for a new partition, and when checkpoint and previous checkpoint are both lost. */
  progress: Progress<Snapshot> | null;
  /**
   * Highest `seq` by prober that stands in this partition. An event above it is new; whether one at or below it stands here
   * as well, `find` tells: the numbers of a prober are spread over partitions, and a rebuilt checkpoint may be followed by
   * numbers that had not been reached.
   */
  lastSeq: Record<string, number>;
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
  /** Of texts of those rows in memory: each is there once, whatever number of rows has it. */
  unflushedTextBytes: number;
  /** µs of the oldest and newest raw event; null when empty. */
  fromUs: number | null;
  toUs: number | null;
  lastFlushUs: number | null;
  lastFlushDurationMs: number | null;
  /** Quarantined records in memory that no file holds yet. */
  quarantinedRecords: number;
  /** How much of the memory for them is in use, 0 to 1. At 1 a flush is due: what comes then keeps no content. */
  quarantineFill: number;
}

/** A record of the log that became no event. */
export interface QuarantinedRecord {
  /** Of the log. */
  partition: number;
  /** Decimal text. */
  offset: string;
  reason: QuarantineReason;
  /** One sentence: what about it is wrong. */
  detail: string;
  key: Buffer | null;
  value: Buffer | null;
  /** When it was appended to the log, µs. */
  timestampUs: number;
}

/** Names one event. */
export type EventIdentity = Pick<ProbeEvent, 'probe_id' | 'seq'>;

/** The key of an identity in what `LakeWriter.find` returns. */
export function identityKey({ probe_id, seq }: EventIdentity): string {
  return `${probe_id} ${seq}`;
}

/**
 * One partition's writing side of the lake. The order of I4 is the caller's to keep and this interface's to make
 * visible: `append… → flushRaw → upsertWindows → commit`. All methods but `append` and `quarantine` are serial: one at a
 * time for each partition, while those of other partitions run.
 *
 * Every method that changes the lake rejects with AppError `fenced` once another process has taken the partition over:
 * then close it, and open it again if the partition is still yours.
 */
export interface LakeWriter<Snapshot = unknown> {
  readonly partition: number;
  /**
   * Takes the partition over from whoever has it, opens the lake if it is not open, undoes or finishes whatever a crash
   * left, and returns where the stream stood. The lake's own notices come with the first one.
   */
  open(): Promise<LakeOpening<Snapshot>>;
  /** Takes accepted events into the in-memory tail. Synchronous and cheap; visible to queries at once. */
  append(events: readonly ProbeEvent[]): void;
  /** Takes records that became no events into memory. Synchronous; durable after `flushRaw`. */
  quarantine(records: readonly QuarantinedRecord[]): void;
  /** Makes everything appended or quarantined before the call durable. */
  flushRaw(): Promise<void>;
  /** Makes rows durable in `lake2_metrics`, replacing those with the same key. */
  upsertWindows(rows: readonly WindowRow[]): Promise<void>;
  /** Makes the checkpoint durable: from here on a restart begins at `progress`. */
  commit(progress: Progress<Snapshot>): Promise<void>;
  /** Seals and merges what is due; short steps, to be called after a commit. */
  maintain(nowUs: number): Promise<void>;
  /**
   * Raw rows of this partition (durable ones, and the unflushed ones too) of which any instant lies in one of the
   * half-open ranges, in batches, ordered by (`probe_id`, `seq`). Used for dirty windows and for restoring open ones.
   */
  readRaw(
    ranges: readonly { fromUs: number; toUs: number; targetId?: string; probeId?: string }[],
  ): AsyncIterable<ProbeEvent[]>;
  /** The rows of this partition with these identities, flushed or not, by `identityKey`. Thousands in one call are fine. */
  find(identities: readonly EventIdentity[]): Promise<Map<string, ProbeEvent>>;
  /** Of this partition alone. */
  stats(): LakeStats;
  /** Gives the partition's memory back; what was not flushed is forgotten. The partition stays ours until it is taken over. */
  close(): Promise<void>;
}

/** Files in the table folders that are not ours, such as the old system's: never read, never deleted. */
export interface ForeignFiles {
  /** How many there were at the last look (`open`, `look` or `move`). */
  readonly count: number;
  look(): Promise<number>;
  /** Moves them to `legacy/<table>/…` in the lake folder, their relative paths kept; returns how many. */
  move(): Promise<number>;
}

/** The lake of one process: a folder that others may share, of which it owns some partitions. */
export interface Lake<Snapshot = unknown> {
  /**
   * Makes folders, reads or makes the lake's description, opens the database. Idempotent, and repeated by every
   * `LakeWriter.open`, so that a lake that was taken away is made again.
   * @throws AppError `too_new`, `corrupt`, `not_writable`, `no_space`
   */
  open(): Promise<{ partitions: number; id: string; notices: LakeNotice[] }>;
  /** Closes what is open of it. Idempotent. */
  close(): Promise<void>;
  /** Fixed when the lake was made; before `open` what was asked for. */
  readonly partitions: number;
  /** The same object each time. @throws AppError `not_found` for a partition that the lake does not have */
  partition(n: number): LakeWriter<Snapshot>;
  /** Own partitions with what is in memory, the others as their last checkpoint says. */
  readonly views: LakeViews;
  readonly foreign: ForeignFiles;
  /** Other processes that work on its partitions, as far as can be told; one that was killed on another machine, for two minutes. */
  users(): Promise<readonly LakeUser[]>;
  /** Sums over what views see; of partitions of other processes as last looked at. */
  stats(): LakeStats;
  /**
   * Empties both tables, what waits in memory and the checkpoints; partitions that are open here stay open, the others are
   * taken over for it. Foreign and quarantined records stay.
   */
  reset(): Promise<void>;
}
