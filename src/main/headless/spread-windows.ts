import { AppError } from '../../shared/contract/app-error';
import { partitionOf } from '../../shared/domain/partition';
import type { OldStand } from '../datalake/repartition/create-repartition';
import type { AggregatorSnapshot } from '../windowing/aggregator';
import { openFromOf } from '../windowing/create-aggregator';
import { type OldWindows, spreadSnapshots } from '../windowing/spread-snapshots';

/**
 * The windowing of `to` new partitions, from that of the old ones and the rows that these had not drained.
 * @param refusal the sentence for window lengths that do not agree
 * @throws AppError `conflict`
 */
export async function spreadWindows(
  old: readonly OldStand<AggregatorSnapshot>[],
  to: number,
  refusal: string,
): Promise<AggregatorSnapshot[]> {
  const windows: OldWindows[] = [];
  for (const { snapshot, hasRows, seriesSince } of old) {
    if (snapshot === null) continue;
    windows.push({ snapshot, hasRows, series: await seriesSince(openFromOf(snapshot)) });
  }
  // A lake that nobody ever wrote to has nothing to go on from.
  if (windows.length === 0) return Array.from({ length: to }, () => emptySnapshot());
  const spread = spreadSnapshots(windows, to, (targetId) => partitionOf(targetId, to));
  if (spread === null) throw new AppError('conflict', refusal);
  return spread;
}

function emptySnapshot(): AggregatorSnapshot {
  return { version: 1, watermarkUs: null, lengths: [], drained: null, openFromUs: 0, dirty: [] };
}
