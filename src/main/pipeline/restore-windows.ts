import type { ProbeEvent } from '../../shared/domain/probe-event';
import type { WindowKey, WindowRow } from '../../shared/domain/window-row';
import type { LakeOpening, LakeWriter } from '../datalake/lake';
import type { Aggregator, AggregatorSnapshot } from '../windowing/aggregator';
import { createAggregator, openFromOf, snapshotAt } from '../windowing/create-aggregator';
import { recomputeAll, recomputeWindows } from '../windowing/recompute';
import type { UnwrittenWindows } from './unwritten-windows';

const HOUR_US = 3_600_000_000;

/**
 * The aggregator as it stood at the checkpoint: its snapshot and the raw rows of its open windows. Without a checkpoint but
 * with raw rows, the watermark is what those rows had brought it to.
 * @param policy.newestUs the newest raw instant in the lake, µs
 */
export async function restoreWindows(
  writer: LakeWriter<AggregatorSnapshot>,
  opening: LakeOpening<AggregatorSnapshot>,
  policy: { windowMs: number; watermarkMs: number; newestUs: number | null },
): Promise<Aggregator> {
  const snapshot = opening.progress?.aggregator ?? snapshotFrom(policy);
  if (snapshot === null) return createAggregator(policy);
  const restoredRows: ProbeEvent[] = [];
  const range = { fromUs: openFromOf(snapshot), toUs: Number.MAX_SAFE_INTEGER };
  for await (const batch of writer.readRaw([range])) restoredRows.push(...batch);
  return createAggregator({ ...policy, snapshot, restoredRows });
}

function snapshotFrom(policy: {
  windowMs: number;
  watermarkMs: number;
  newestUs: number | null;
}): AggregatorSnapshot | null {
  if (policy.newestUs === null) return null;
  return snapshotAt(Math.max(0, policy.newestUs - policy.watermarkMs * 1000), policy.windowMs);
}

/** Recomputes every closed window of a range from raw rows, an hour at a time: no window reaches over an hour. */
export async function rebuildWindows(
  writer: LakeWriter<AggregatorSnapshot>,
  range: { fromUs: number; toUs: number },
  windows: Aggregator,
  unwritten: UnwrittenWindows,
): Promise<void> {
  for (let fromUs = range.fromUs - (range.fromUs % HOUR_US); fromUs < range.toUs; fromUs += HOUR_US) {
    const toUs = fromUs + HOUR_US;
    const rows: ProbeEvent[] = [];
    for await (const batch of writer.readRaw([{ fromUs, toUs }])) rows.push(...batch);
    const closed = recomputeAll(rows, windows.lengths).filter(
      (row) =>
        row.start_time >= fromUs && row.start_time < toUs && row.end_time <= (windows.watermarkUs ?? 0),
    );
    unwritten.addClosed(closed);
  }
}

/** Recomputes single windows from the raw rows that touch them. */
export async function recomputeFromLake(
  writer: LakeWriter<AggregatorSnapshot>,
  keys: readonly WindowKey[],
  lengths: Aggregator['lengths'],
): Promise<WindowRow[]> {
  const ranges = keys.map((key) => ({
    fromUs: key.start_time,
    toUs: endOfWindow(key.start_time, lengths),
    targetId: key.target_id,
    probeId: key.probe_id,
  }));
  const rows: ProbeEvent[] = [];
  for await (const batch of writer.readRaw(ranges)) rows.push(...batch);
  return recomputeWindows(rows, keys, lengths);
}

function endOfWindow(startUs: number, lengths: Aggregator['lengths']): number {
  const length = lengths.findLast((entry) => entry.fromUs <= startUs) ?? lengths[0];
  return startUs + (length?.windowMs ?? 0) * 1000;
}
