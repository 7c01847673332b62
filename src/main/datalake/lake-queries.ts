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
  /** The newest row of every target (final attempts and missed rows): for gap rows and states at start. */
  newestByTarget(signal: AbortSignal): Promise<ProbeEvent[]>;
  /** How many windows stand in the lake, overlay included. */
  countWindows(signal: AbortSignal): Promise<number>;
}

export interface LakeExports {
  start(request: ExportRequest): Promise<ExportState>;
  status(id: string): ExportState;
  cancel(id: string): Promise<ExportState>;
  listen(onChange: (state: ExportState) => void): () => void;
  stop(): Promise<void>;
}
