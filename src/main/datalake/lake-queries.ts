import type {
  Comparison,
  Heartbeats,
  Phases,
  ProbeDetail,
  ProberEntry,
  Recent,
  Uptimes,
} from '../../shared/contract/overview';
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

/** Whose measurements are asked for; null or left out = those of all probers together. */
export type ProberAsked = string | null;
export type SeriesAsked = Omit<SeriesQuestion, 'probeId'> & { probeId?: ProberAsked };
export interface ProbesAsked {
  targetId: string;
  probeId?: ProberAsked;
  range: Range;
  limit: number;
}
/** Who measured, as far as the lake tells. */
export type LakeProber = Omit<ProberEntry, 'own' | 'targets'> & { targetIds: string[] };

/**
 * The typed questions, over flushed and unflushed rows together. Every answer comes from one consistent view: a flush
 * or merge in between neither hides nor doubles a row. Several probers together are answered from their merged histograms and
 * from their attempts, never from means of means. All reject with AppError `cancelled` when the signal aborts.
 */
export interface LakeQueries {
  series(question: SeriesAsked, signal: AbortSignal): Promise<Series>;
  /** Newest first. */
  lastWindows(
    targetId: string | null,
    limit: number,
    signal: AbortSignal,
    probeId?: ProberAsked,
  ): Promise<WindowRow[]>;
  totals(targetId: string | null, range: Range, signal: AbortSignal, probeId?: ProberAsked): Promise<Totals>;
  percentiles(
    targetId: string | null,
    range: Range,
    signal: AbortSignal,
    probeId?: ProberAsked,
  ): Promise<Percentiles>;
  /**
   * The newest row of every target and prober (final attempts and missed rows): for gap rows and states at start. Those that
   * were silent for more than about 16 days before the newest data are left out.
   * @param targetIds those one is interested in: the search ends early when all are found
   */
  newestByTarget(signal: AbortSignal, targetIds?: readonly string[]): Promise<ProbeEvent[]>;
  /** What an earlier run left unfinished, and which of its failures still count: for the start. */
  lastMinute(signal: AbortSignal): Promise<LastMinute>;
  /** The newest windows of every target, `perTarget` at most, ascending; those of several probers that begin together as one. */
  heartbeats(
    of: { perTarget: number; windowMs: number; probeId?: ProberAsked },
    signal: AbortSignal,
  ): Promise<Heartbeats>;
  /** Uptime and coverage of every target over spans that end now, ms. */
  uptimes(spansMs: readonly number[], signal: AbortSignal, probeId?: ProberAsked): Promise<Uptimes>;
  /** Final attempts of the last `seconds` of every target and prober. */
  recent(seconds: number, signal: AbortSignal, probeId?: ProberAsked): Promise<Recent>;
  phases(question: SeriesAsked, signal: AbortSignal): Promise<Phases>;
  /** Attempts of one target, newest first. */
  probes(of: ProbesAsked, signal: AbortSignal): Promise<ProbeDetail[]>;
  /** Everyone whose windows stand in the lake, by `probeId`. Reads the keys of all windows: to be asked now and then. */
  probers(signal: AbortSignal): Promise<LakeProber[]>;
  /** Totals and percentiles of one target's range together and by each prober that has a window in it, from one view. */
  compare(targetId: string, range: Range, signal: AbortSignal): Promise<Comparison>;
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
