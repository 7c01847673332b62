import { WindowSeries } from './window-series';

/** Every series that has undrained windows, found without building a key for each event. */
export class SeriesTable {
  private readonly byTarget = new Map<string, WindowSeries[]>();

  /** The series of a target and a prober, made when it is new. */
  of(targetId: string, probeId: string): WindowSeries {
    let ofTarget = this.byTarget.get(targetId);
    if (ofTarget === undefined) {
      ofTarget = [];
      this.byTarget.set(targetId, ofTarget);
    }
    for (const series of ofTarget) if (series.probeId === probeId) return series;
    const series = new WindowSeries(targetId, probeId);
    ofTarget.push(series);
    return series;
  }

  *all(): Generator<WindowSeries> {
    for (const ofTarget of this.byTarget.values()) yield* ofTarget;
  }

  /** Forgets the series that `isDone`. */
  prune(isDone: (series: WindowSeries) => boolean): void {
    for (const [targetId, ofTarget] of this.byTarget) {
      const kept = ofTarget.filter((series) => !isDone(series));
      if (kept.length === 0) this.byTarget.delete(targetId);
      else if (kept.length < ofTarget.length) this.byTarget.set(targetId, kept);
    }
  }
}
