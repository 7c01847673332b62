import type { Heartbeats, Phases, ProbeDetail, Recent, Uptimes } from '../../shared/contract/overview';
import type {
  ExportRequest,
  ExportState,
  Percentiles,
  Range,
  Series,
  SeriesQuestion,
  Totals,
} from '../../shared/contract/questions';
import type { ProbeEvent } from '../../shared/domain/probe-event';
import type { WindowRow } from '../../shared/domain/window-row';

/** Rows that stand in memory only (open windows, and closed ones not written yet); they win over rows in files. */
export type WindowOverlay = () => readonly WindowRow[];

/** Attempts that say what stood when an earlier run ended, in order of time. */
export interface LastMinute {
  /** Final attempts of the minute before `nowUs` that failed: they still count. */
  failures: ProbeEvent[];
  /** Of every target the newest attempt that was to be retried, where no attempt came after it. */
  brokenOff: ProbeEvent[];
}

/**
 * The typed questions, over flushed and unflushed rows together. Every answer comes from one consistent view: a flush
 * or merge in between neither hides nor doubles a row. All reject with AppError `cancelled` when the signal aborts.
 */
export interface LakeQueries {
  series(question: SeriesQuestion, signal: AbortSignal): Promise<Series>;
  /** Newest first. */
  lastWindows(targetId: string | null, limit: number, signal: AbortSignal): Promise<WindowRow[]>;
  totals(targetId: string | null, range: Range, signal: AbortSignal): Promise<Totals>;
  percentiles(targetId: string | null, range: Range, signal: AbortSignal): Promise<Percentiles>;
  /**
   * The newest row of every target (final attempts and missed rows): for gap rows and states at start. Targets that
   * were silent for more than about 16 days before the newest data are left out.
   * @param targetIds those one is interested in: the search ends early when all are found
   */
  newestByTarget(signal: AbortSignal, targetIds?: readonly string[]): Promise<ProbeEvent[]>;
  /** What an earlier run left unfinished, and which of its failures still count: for the start. */
  lastMinute(signal: AbortSignal): Promise<LastMinute>;
  /** The newest windows of every target, `perTarget` at most, ascending. */
  heartbeats(of: { perTarget: number; windowMs: number }, signal: AbortSignal): Promise<Heartbeats>;
  /** Uptime and coverage of every target over spans that end now, ms. */
  uptimes(spansMs: readonly number[], signal: AbortSignal): Promise<Uptimes>;
  /** Final attempts of the last `seconds` of every target. */
  recent(seconds: number, signal: AbortSignal): Promise<Recent>;
  phases(question: SeriesQuestion, signal: AbortSignal): Promise<Phases>;
  /** Attempts of one target, newest first. */
  probes(of: { targetId: string; range: Range; limit: number }, signal: AbortSignal): Promise<ProbeDetail[]>;
  /** How many windows stand in the lake, overlay included. */
  countWindows(signal: AbortSignal): Promise<number>;
  /** Cancels questions that run and waits for their end; to be called before the lake closes for good. Idempotent. */
  close(): Promise<void>;
}

/** Exports run one after the other in the background, each from one consistent view. */
export interface LakeExports {
  /**
   * Checks the request and starts.
   * @throws AppError `conflict` (the file exists), `not_writable` (field `path`), `not_found` (no rows in the range),
   * `unavailable` after `stop`
   */
  start(request: ExportRequest): Promise<ExportState>;
  /** @throws AppError `not_found` */
  status(id: string): ExportState;
  /** Resolves when nothing of the export is left on the disk; one that ended before stays as it is. */
  cancel(id: string): Promise<ExportState>;
  /** Those that run and the last 50 that ended, oldest first. */
  list(): ExportState[];
  listen(onChange: (state: ExportState) => void): () => void;
  /** Cancels what runs. Idempotent. */
  stop(): Promise<void>;
}
