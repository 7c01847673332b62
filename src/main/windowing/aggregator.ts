import type { ProbeEvent } from '../../shared/domain/probe-event';
import type { WindowKey, WindowRow } from '../../shared/domain/window-row';

/** From `fromUs` on, windows are `windowMs` long. A list is in ascending order, the first entry from minus infinity (0). */
export interface WindowLength {
  fromUs: number;
  windowMs: number;
}

/** The windows of one target as one prober saw it that start in `[fromUs, toUs)`. */
export interface DirtyRange {
  target_id: string;
  probe_id: string;
  fromUs: number;
  toUs: number;
}

/** How far draining came. Windows are drained by end, then target, then prober. */
export interface DrainPosition {
  /** Of the last window drained, or the watermark when everything was, µs. */
  endUs: number;
  /** Whose window with that end was the last; null when all of them are drained. */
  last: { target_id: string; probe_id: string } | null;
}

/** What the aggregator needs to go on after a restart, besides the raw rows of its undrained windows. JSON-safe. */
export interface AggregatorSnapshot {
  version: 1;
  /** µs; never moves back. null before the first event. */
  watermarkUs: number | null;
  lengths: WindowLength[];
  /** Null before the first draining. */
  drained: DrainPosition | null;
  /** `openFromUs()` at that time. */
  openFromUs: number;
  /** Windows already drained that a late event changed and that are not recomputed yet. */
  dirty: DirtyRange[];
}

/**
 * One partition's tumbling windows. Pure: time comes in with events and ticks, nothing is read or written.
 * A window is open until the watermark passes its end; then `drainClosed` yields its row once. Until it is drained it
 * takes whatever belongs to it, late or not; afterwards a late event makes it dirty instead.
 */
export interface Aggregator {
  readonly watermarkUs: number | null;
  readonly lengths: readonly WindowLength[];
  /**
   * Takes one event in log order, no event twice. Returns whether it is late: its window (of its `timestamp`) had closed
   * before. Drained windows that it belongs to become dirty. Its own `late` is not looked at.
   */
  ingest(event: ProbeEvent): boolean;
  /** Advances an idle partition: to be called with the clock when the end of the log was reached and nothing came for 30 s. */
  advanceIdle(nowUs: number): void;
  /** At most `limit` rows of windows that closed and were not drained yet, oldest first. */
  drainClosed(limit: number): WindowRow[];
  /**
   * Rows of all windows that are not drained as they stand, `is_final` false. Of a gap longer than a few windows only
   * its newest ones: the others come with `drainClosed`.
   */
  provisional(): WindowRow[];
  /** The same, of windows touched since the last call only. */
  takeChanged(): WindowRow[];
  /** How many windows are open, as `provisional` counts. */
  openCount(): number;
  /**
   * At most `limit` of the windows that have to be recomputed, the same ones until `clearDirty`. A window that a long
   * gap merely passes over may be among them; its recomputation gives what it gave before, or no row.
   */
  dirty(limit?: number): readonly WindowKey[];
  clearDirty(keys: readonly WindowKey[]): void;
  /**
   * Changes the length at the next instant aligned to both lengths after everything seen and after `nowUs`, and replaces
   * a change that has not begun. Returns the instant from which the length holds (µs).
   */
  changeWindow(windowMs: number, nowUs: number): number;
  /** Holds for events to come; the watermark never moves back. */
  setAllowedLateness(watermarkMs: number): void;
  /** Right at any moment, also while closed windows wait to be drained. */
  snapshot(): AggregatorSnapshot;
  /** µs; raw rows whose instants reach this point or later make up the undrained windows, and are all a restart needs. */
  openFromUs(): number;
}
