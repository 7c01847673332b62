import type { DrainPosition } from './aggregator';
import type { WindowGrid } from './window-grid';
import type { WindowSeries } from './window-series';

type Named = Pick<WindowSeries, 'targetId' | 'probeId'>;

/** The order in which series with windows of the same end are drained: the same after a restart. */
export function compareSeries(a: Named, b: Named): number {
  return compare(a.targetId, b.targetId) || compare(a.probeId, b.probeId);
}

/** How far draining came: tells for any window, known or not, whether it was drained. */
export class DrainCursor {
  private endUs: number;
  private last: Named | null;

  constructor(position: DrainPosition | null) {
    this.endUs = position?.endUs ?? Number.NEGATIVE_INFINITY;
    const last = position?.last ?? null;
    this.last = last === null ? null : { targetId: last.target_id, probeId: last.probe_id };
  }

  get position(): DrainPosition | null {
    if (this.endUs === Number.NEGATIVE_INFINITY) return null;
    const { endUs, last } = this;
    return { endUs, last: last === null ? null : { target_id: last.targetId, probe_id: last.probeId } };
  }

  /** Windows of the series that end here or before are drained. */
  drainedUs(series: Named): number {
    return this.last === null || compareSeries(series, this.last) <= 0 ? this.endUs : this.endUs - 1;
  }

  /** The start of the oldest window of the series that is not drained. */
  liveFromUs(series: Named, grid: WindowGrid): number {
    const drainedUs = this.drainedUs(series);
    return drainedUs === Number.NEGATIVE_INFINITY ? drainedUs : grid.startOf(drainedUs);
  }

  passWindow(endUs: number, series: Named): void {
    this.endUs = endUs;
    this.last = { targetId: series.targetId, probeId: series.probeId };
  }

  /** Every window that ends by `us` is drained. */
  passAll(us: number): void {
    this.endUs = us;
    this.last = null;
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
