import type { WindowRow } from '../../shared/domain/window-row';
import { compareSeries, type DrainCursor } from './drain-cursor';
import type { SeriesTable } from './series-table';
import type { WindowGrid } from './window-grid';
import type { WindowSeries } from './window-series';

interface Waiting {
  series: WindowSeries;
  /** An instant in its oldest undrained window, and that window's end, µs. */
  us: number;
  endUs: number;
}

/**
 * Takes out at most `limit` windows that end by the watermark, by end, then target, then prober, and moves the cursor past
 * them. Series that have nothing left are forgotten.
 */
export function drainClosed(options: {
  table: SeriesTable;
  grid: WindowGrid;
  cursor: DrainCursor;
  watermarkUs: number;
  limit: number;
}): WindowRow[] {
  const { table, grid, cursor, watermarkUs, limit } = options;
  const rows: WindowRow[] = [];
  const oldestOf = (series: WindowSeries): Waiting | null => {
    const us = series.oldest(cursor.liveFromUs(series, grid));
    if (us === null) return null;
    const endUs = grid.endOf(us);
    return endUs <= watermarkUs ? { series, us, endUs } : null;
  };

  let waiting = [...table.all()].map(oldestOf).filter((one) => one !== null);
  waiting.sort((a, b) => compareSeries(a.series, b.series));
  while (waiting.length > 0 && rows.length < limit) {
    const endUs = waiting.reduce((first, one) => Math.min(first, one.endUs), Number.POSITIVE_INFINITY);
    const left: Waiting[] = [];
    for (const one of waiting) {
      if (one.endUs > endUs || rows.length >= limit) {
        left.push(one);
        continue;
      }
      const { series } = one;
      rows.push(series.takeOldest(one.us, grid).toRow(series.targetId, series.probeId, true));
      cursor.passWindow(endUs, series);
      const next = oldestOf(series);
      if (next !== null) left.push(next);
    }
    waiting = left;
  }
  if (waiting.length === 0 && watermarkUs !== Number.NEGATIVE_INFINITY) {
    cursor.passAll(watermarkUs);
    table.prune((series) => series.oldest(cursor.liveFromUs(series, grid)) === null);
  }
  return rows;
}
