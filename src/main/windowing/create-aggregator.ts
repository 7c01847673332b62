import { AppError } from '../../shared/contract/app-error';
import type { ProbeEvent } from '../../shared/domain/probe-event';
import type { WindowRow } from '../../shared/domain/window-row';
import type { Aggregator, AggregatorSnapshot } from './aggregator';
import { DirtyWindows } from './dirty-windows';
import { drainClosed } from './drain-closed';
import { DrainCursor } from './drain-cursor';
import { MissedSpan } from './missed-span';
import type { OpenWindow } from './open-window';
import { SeriesTable } from './series-table';
import { WindowGrid } from './window-grid';
import type { WindowSeries } from './window-series';

export interface AggregatorOptions {
  /** Length of the windows when there is no snapshot; a snapshot's lengths win. */
  windowMs: number;
  /** Allowed out-of-orderness. */
  watermarkMs: number;
  snapshot?: AggregatorSnapshot;
  /**
   * Every raw row with an instant at or after `snapshot.openFromUs`, each once, in any order, `late` as it was decided.
   * They neither move the watermark nor make anything dirty.
   */
  restoredRows?: Iterable<ProbeEvent>;
}

/** From where on (µs) raw rows are needed to restore a snapshot. */
export function openFromOf(snapshot: AggregatorSnapshot): number {
  return snapshot.openFromUs;
}

/**
 * For a lake whose checkpoint is lost: everything that ends by `watermarkUs` counts as drained, so that what is older is
 * recomputed from raw rows and never drained from a part of them.
 */
export function snapshotAt(watermarkUs: number, windowMs: number): AggregatorSnapshot {
  const lengths = [{ fromUs: 0, windowMs }];
  const openFromUs = new WindowGrid(lengths).startOf(watermarkUs);
  return {
    version: 1,
    watermarkUs,
    lengths,
    drained: { endUs: watermarkUs, last: null },
    openFromUs,
    dirty: [],
  };
}

/** @throws AppError `too_new` when the snapshot was written by a newer version */
export function createAggregator(options: AggregatorOptions): Aggregator {
  const { snapshot, windowMs } = options;
  if (snapshot !== undefined && snapshot.version !== 1) {
    throw new AppError(
      'too_new',
      'The windows were saved by a newer version of UpTimer: start that version.',
    );
  }
  const grid = new WindowGrid(snapshot?.lengths ?? [{ fromUs: 0, windowMs }]);
  const cursor = new DrainCursor(snapshot?.drained ?? null);
  const dirty = new DirtyWindows(snapshot?.dirty ?? []);
  const table = new SeriesTable();
  let latenessUs = options.watermarkMs * 1000;
  let watermarkUs = snapshot?.watermarkUs ?? Number.NEGATIVE_INFINITY;
  /** The latest instant any event spoke of. */
  let newestUs = Number.NEGATIVE_INFINITY;

  /** The window of an instant; null when it is drained. */
  const windowOf = (series: WindowSeries, us: number): OpenWindow | null => {
    const { current } = series;
    if (current !== null && us >= current.startUs && us < current.endUs) return current;
    if (grid.endOf(us) <= cursor.drainedUs(series)) return null;
    series.current = series.windowAt(us, grid);
    return series.current;
  };
  const markDirty = (series: WindowSeries, fromUs: number, toUs: number): void => {
    dirty.add({ target_id: series.targetId, probe_id: series.probeId, fromUs, toUs });
  };

  const ingestProbe = (series: WindowSeries, event: ProbeEvent): boolean => {
    const window = windowOf(series, event.timestamp);
    if (window === null) {
      markDirty(series, grid.startOf(event.timestamp), grid.endOf(event.timestamp));
      return true;
    }
    const late = window.endUs <= watermarkUs;
    window.add(event, late);
    return late;
  };

  /** Counts a gap in the windows that are not drained. Returns the end of the part that lies in drained ones. */
  const addMissed = (series: WindowSeries, span: MissedSpan): number => {
    const liveFromUs = cursor.liveFromUs(series, grid);
    if (span.lastUs >= liveFromUs) series.addMissed(span, liveFromUs, grid);
    if (span.lastUs > newestUs) newestUs = span.lastUs;
    return Math.min(liveFromUs, grid.endOf(span.lastUs));
  };
  const ingestMissed = (series: WindowSeries, event: ProbeEvent): boolean => {
    const late = grid.endOf(event.timestamp) <= watermarkUs;
    const drainedToUs = addMissed(series, new MissedSpan(event, late));
    if (event.timestamp < drainedToUs) markDirty(series, grid.startOf(event.timestamp), drainedToUs);
    return late;
  };

  const restore = (event: ProbeEvent): void => {
    const series = table.of(event.target_id, event.probe_id);
    if (event.outcome === 'missed') addMissed(series, new MissedSpan(event, event.late));
    else windowOf(series, event.timestamp)?.add(event, event.late);
    if (event.timestamp > newestUs) newestUs = event.timestamp;
  };
  for (const event of options.restoredRows ?? []) restore(event);
  for (const series of table.all()) for (const window of series.held) window.changed = false;

  const rowsOf = (isWanted: (window: OpenWindow) => boolean): WindowRow[] => {
    const rows: WindowRow[] = [];
    for (const series of table.all()) {
      for (const window of series.held) {
        if (isWanted(window)) rows.push(window.toRow(series.targetId, series.probeId, false));
      }
    }
    return rows;
  };
  const openFromUs = (): number => {
    let oldest = watermarkUs;
    for (const series of table.all()) {
      oldest = Math.min(oldest, series.oldest(cursor.liveFromUs(series, grid)) ?? oldest);
    }
    return oldest === Number.NEGATIVE_INFINITY ? 0 : grid.startOf(oldest);
  };

  const watermark = (): number | null => (watermarkUs === Number.NEGATIVE_INFINITY ? null : watermarkUs);

  return {
    get watermarkUs() {
      return watermark();
    },
    get lengths() {
      return grid.lengths;
    },
    ingest(event) {
      const series = table.of(event.target_id, event.probe_id);
      const late = event.outcome === 'missed' ? ingestMissed(series, event) : ingestProbe(series, event);
      if (event.timestamp > newestUs) newestUs = event.timestamp;
      if (event.timestamp - latenessUs > watermarkUs) watermarkUs = event.timestamp - latenessUs;
      return late;
    },
    advanceIdle(nowUs) {
      // Before the first event there is nothing to close, and an old log may still be ahead.
      if (watermarkUs !== Number.NEGATIVE_INFINITY) watermarkUs = Math.max(watermarkUs, nowUs - latenessUs);
    },
    drainClosed: (limit) => drainClosed({ table, grid, cursor, watermarkUs, limit }),
    provisional: () => rowsOf(() => true),
    takeChanged: () =>
      rowsOf((window) => {
        const { changed } = window;
        window.changed = false;
        return changed;
      }),
    openCount() {
      let open = 0;
      for (const series of table.all()) {
        for (const window of series.held) if (window.endUs > watermarkUs) open += 1;
      }
      return open;
    },
    dirty: (limit = Number.POSITIVE_INFINITY) => dirty.keys(grid, limit),
    clearDirty(keys) {
      for (const key of keys) dirty.delete(key, grid);
    },
    changeWindow: (windowMs, nowUs) => grid.change(windowMs, Math.max(nowUs, newestUs, watermarkUs)),
    setAllowedLateness(watermarkMs) {
      latenessUs = watermarkMs * 1000;
    },
    snapshot: () => ({
      version: 1,
      watermarkUs: watermark(),
      lengths: grid.lengths.map((length) => ({ ...length })),
      drained: cursor.position,
      openFromUs: openFromUs(),
      dirty: dirty.ranges(),
    }),
    openFromUs,
  };
}
