import type { AggregatorSnapshot, DirtyRange, WindowLength } from './aggregator';
import { DirtyWindows } from './dirty-windows';
import { WindowGrid } from './window-grid';

/** What one old partition's windows stood at. */
export interface OldWindows {
  snapshot: AggregatorSnapshot;
  /** Whether its windows count: lengths of a partition that never had a row do not have to agree. */
  hasRows: boolean;
  /**
   * Which series have raw rows with an instant at or after `openFromUs`: `fromUs` is the first such instant or earlier, never
   * before `openFromUs`, `lastUs` the last one.
   */
  series: readonly { target_id: string; probe_id: string; fromUs: number; lastUs: number }[];
}

/**
 * The windowing of a lake whose targets are spread anew. All new partitions go on from the highest watermark, so that it moves
 * back for none: everything that ends by it counts as drained, and what a slower old partition had not drained yet is dirty,
 * that is, recomputed from raw, which gives the rows that draining would have given.
 * @param place the new partition of a target
 * @returns by new partition; null when the window lengths of the old ones do not agree
 */
export function spreadSnapshots(
  old: readonly OldWindows[],
  count: number,
  place: (targetId: string) => number,
): AggregatorSnapshot[] | null {
  const lengths = lengthsOf(old);
  if (lengths === null) return null;
  const watermarks = old.flatMap(({ snapshot }) => snapshot.watermarkUs ?? []);
  const watermarkUs = watermarks.length === 0 ? null : Math.max(...watermarks);
  const grid = new WindowGrid(lengths);
  const openFromUs = watermarkUs === null ? 0 : grid.startOf(watermarkUs);
  const dirty = old.flatMap((one) => [...one.snapshot.dirty, ...undrainedOf(one, grid, openFromUs)]);
  return Array.from({ length: count }, (_, partition) => ({
    version: 1 as const,
    watermarkUs,
    lengths: lengths.map((length) => ({ ...length })),
    drained: watermarkUs === null ? null : { endUs: watermarkUs, last: null },
    openFromUs,
    dirty: new DirtyWindows(dirty.filter(({ target_id }) => place(target_id) === partition)).ranges(),
  }));
}

function lengthsOf(old: readonly OldWindows[]): readonly WindowLength[] | null {
  const counting = old.filter(({ hasRows }) => hasRows);
  const [first, ...others] = (counting.length > 0 ? counting : old.slice(0, 1)).map(
    ({ snapshot }) => snapshot.lengths,
  );
  if (first === undefined) return null;
  const agree = others.every((lengths) => JSON.stringify(lengths) === JSON.stringify(first));
  return agree ? first : null;
}

/** Windows that end by the new watermark and may not have been drained by the old partition. */
function undrainedOf({ series }: OldWindows, grid: WindowGrid, openFromUs: number): DirtyRange[] {
  return series.flatMap(({ target_id, probe_id, fromUs, lastUs }) => {
    const range = {
      target_id,
      probe_id,
      fromUs: grid.startOf(fromUs),
      toUs: Math.min(openFromUs, grid.endOf(lastUs)),
    };
    return range.fromUs < range.toUs ? [range] : [];
  });
}
