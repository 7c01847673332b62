import type { WindowKey } from '../../shared/domain/window-row';
import type { DirtyRange } from './aggregator';
import type { WindowGrid } from './window-grid';

/**
 * Windows to recompute, as ranges: a gap of days that comes late is one of them, not a key for each of its windows.
 * Ranges begin and end where windows do.
 */
export class DirtyWindows {
  /** By target and prober; of one series ascending, disjoint and never touching. */
  private readonly bySeries = new Map<string, DirtyRange[]>();

  constructor(ranges: readonly DirtyRange[]) {
    for (const range of ranges) this.add(range);
  }

  add(range: DirtyRange): void {
    const ranges = this.bySeries.get(seriesOf(range)) ?? [];
    const before = ranges.filter(({ toUs }) => toUs < range.fromUs);
    const after = ranges.filter(({ fromUs }) => fromUs > range.toUs);
    const joined = { ...range };
    for (const touching of ranges.slice(before.length, ranges.length - after.length)) {
      joined.fromUs = Math.min(joined.fromUs, touching.fromUs);
      joined.toUs = Math.max(joined.toUs, touching.toUs);
    }
    this.bySeries.set(seriesOf(range), [...before, joined, ...after]);
  }

  /** The first `limit` windows, in an order that only changes by additions. */
  keys(grid: WindowGrid, limit: number): WindowKey[] {
    const keys: WindowKey[] = [];
    for (const ranges of this.bySeries.values()) {
      for (const { target_id, probe_id, fromUs, toUs } of ranges) {
        for (let start = fromUs; start < toUs; start = grid.endOf(start)) {
          if (keys.length >= limit) return keys;
          keys.push({ target_id, probe_id, start_time: start });
        }
      }
    }
    return keys;
  }

  delete(key: WindowKey, grid: WindowGrid): void {
    const series = seriesOf(key);
    const ranges = this.bySeries.get(series);
    const index =
      ranges?.findIndex(({ fromUs, toUs }) => fromUs <= key.start_time && key.start_time < toUs) ?? -1;
    const range = ranges?.[index];
    if (ranges === undefined || range === undefined) return;
    const left = [
      { ...range, toUs: key.start_time },
      { ...range, fromUs: grid.endOf(key.start_time) },
    ].filter(({ fromUs, toUs }) => fromUs < toUs);
    ranges.splice(index, 1, ...left);
    if (ranges.length === 0) this.bySeries.delete(series);
  }

  ranges(): DirtyRange[] {
    return [...this.bySeries.values()].flatMap((ranges) => ranges.map((range) => ({ ...range })));
  }
}

function seriesOf({ target_id, probe_id }: { target_id: string; probe_id: string }): string {
  return `${target_id}\u0000${probe_id}`;
}
