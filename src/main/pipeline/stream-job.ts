import type { ProbeEvent } from '../../shared/domain/probe-event';
import type { WindowRow } from '../../shared/domain/window-row';
import type { LakeNotice, LakeWriter, Progress } from '../datalake/lake';
import type { EventReader, LogBreach, Offset } from '../event-log/event-log';
import type { Clock } from '../platform/clock';
import type { Logger } from '../platform/logger';
import type { AggregatorSnapshot } from '../windowing/aggregator';

export interface FlushReport {
  rows: number;
  windows: number;
  durationMs: number;
}

export interface StreamJobStats {
  watermarkUs: number | null;
  /** At the end of its logs, with nothing new for 30 s. */
  idle: boolean;
  /** Taken since the job was made. */
  events: number;
  open: number;
  written: number;
  lateEvents: number;
  dirty: number;
  duplicates: number;
  pendingWindow: { fromUs: number; windowMs: number } | null;
  quarantined: Progress['quarantined'];
  lost: Progress['lost'];
}

export interface StreamJobOptions {
  /** The logs that feed the partition: one, but for the time of a switch between two. Asked before every read. */
  readers: () => readonly EventReader[];
  partition: number;
  /** How many partitions share the memory for rows that are not flushed. */
  partitions: number;
  writer: LakeWriter<AggregatorSnapshot>;
  clock: Clock;
  logger: Logger;
  settings: () => { windowMs: number; watermarkMs: number; flushMs: number };
  /** Whether start and stop read the first log to its end: for one that is near and ours alone. */
  drains: boolean;
  onFlushed: (report: FlushReport) => void;
  onFlushFailed: (error: unknown) => void;
  /** Rows that just became durable. */
  onWindows: (rows: readonly WindowRow[]) => void;
  /** Events taken for the first time. */
  onEvents?: (events: readonly ProbeEvent[]) => void;
  /** Records that became no events. */
  onRefused?: (reasons: readonly string[]) => void;
  /** What was met in the log that could not be passed as it should. */
  onBreach?: (breach: LogBreach) => void;
  /** Sealing and merging failed, or null: it works. What was flushed is not touched by it. */
  onMaintenance: (error: unknown) => void;
  onNotice: (notice: LakeNotice) => void;
  onStreamFailed: (error: unknown) => void;
  /** The job stands still after a failure; whoever joined it has to start it again. */
  onFailed: () => void;
}

/** The streaming job of one partition: log → windows → lake, in the order that invariant I4 asks for. */
export interface StreamJob {
  /** Opens the lake, restores the windows; reads live events from then on. Stopped if it rejects. */
  start(): Promise<void>;
  /**
   * Writes open windows as they stand and closes the lake. Idempotent.
   * @returns false when the lake could not take what was read
   */
  stop(): Promise<boolean>;
  /** Ends without writing anything: the partition is another process's now. Idempotent. */
  drop(): Promise<void>;
  /** Flushes now; resolves when everything read so far is durable in the lake. */
  flush(): Promise<void>;
  /** The first offset of `source` that the lake does not hold durably; null while that is not known. */
  committed(source: string): Offset | null;
  /** Open windows that changed since the last call, as they stand now. */
  changedWindows(): readonly WindowRow[];
  /** Windows that no file holds as they stand now; they win over rows in files. */
  overlay(): readonly WindowRow[];
  /** Applies changed settings. */
  applySettings(): void;
  stats(): StreamJobStats;
}
