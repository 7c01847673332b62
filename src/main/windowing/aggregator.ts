import type { ProbeEvent } from '../../shared/domain/probe-event';
import type { WindowKey, WindowRow } from '../../shared/domain/window-row';

/** From `fromUs` on, windows are `windowMs` long. A list is in ascending order, the first entry from minus infinity (0). */
export interface WindowLength {
  fromUs: number;
  windowMs: number;
}

/** What the aggregator needs to go on after a restart, besides the raw rows of its open windows. JSON-safe. */
export interface AggregatorSnapshot {
  version: 1;
  /** µs; never moves back. null before the first event. */
  watermarkUs: number | null;
  lengths: WindowLength[];
  /** Windows already written that a late event changed and that are not recomputed yet. */
  dirty: WindowKey[];
}

/**
 * One partition's tumbling windows. Pure: time comes in with events and ticks, nothing is read or written.
 * A window is open until the watermark passes its end; then `drainClosed` yields its row once.
 */
export interface Aggregator {
  readonly watermarkUs: number | null;
  readonly lengths: readonly WindowLength[];
  /**
   * Takes one event in log order. Returns whether it is late: its window (of its `timestamp`) had closed before.
   * Late events touch no open state; the windows they belong to become dirty.
   */
  ingest(event: ProbeEvent): boolean;
  /** Advances an idle partition: to be called with the clock when the end of the log was reached and nothing came for 30 s. */
  advanceIdle(nowUs: number): void;
  /** At most `limit` rows of windows that closed and were not drained yet, oldest first. */
  drainClosed(limit: number): WindowRow[];
  /** Rows of all open windows as they stand, `is_final` false. */
  provisional(): WindowRow[];
  /** The dirty windows so far; they stay dirty until `clearDirty`. */
  dirty(): readonly WindowKey[];
  clearDirty(keys: readonly WindowKey[]): void;
  /** Changes the length at the next instant aligned to both lengths after everything seen; returns that instant (µs). */
  changeWindow(windowMs: number, nowUs: number): number;
  setAllowedLateness(watermarkMs: number): void;
  snapshot(): AggregatorSnapshot;
  /** µs; raw rows whose instants reach this point or later make up the open windows, and are all `restore` needs. */
  openFromUs(): number;
}
