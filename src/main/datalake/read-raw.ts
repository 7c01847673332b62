import type { ProbeEvent } from '../../shared/domain/probe-event';
import type { LakeState } from './lake-state';
import { type PartitionView, union, viewPartition } from './partition-view';
import { decodeEvents, eventColumns } from './raw-decoder';
import { rawSchema } from './raw-schema';
import { instant, quote } from './sql-text';

/** Half-open, µs. */
export interface RawRange {
  fromUs: number;
  toUs: number;
  targetId?: string;
  probeId?: string;
}

/** So many ranges go into one condition; more are narrowed by the span they lie in and tested in a join. */
const MAX_CONDITIONS = 64;

/** Implements `LakeWriter.readRaw`. One consistent view is read to its end, whatever is flushed meanwhile. */
export async function* readRaw(state: LakeState, ranges: readonly RawRange[]): AsyncGenerator<ProbeEvent[]> {
  if (ranges.length === 0) return;
  const view = await viewPartition(state);
  try {
    const connection = await state.shared.database().connect();
    try {
      const result = await connection.stream(selectRanges(view, coalesce(ranges)));
      for (let chunk = await result.fetchChunk(); chunk !== null; chunk = await result.fetchChunk()) {
        if (chunk.rowCount === 0) break;
        yield decodeEvents(chunk);
      }
    } finally {
      connection.closeSync();
    }
  } finally {
    view.release();
  }
}

/** Joins ranges of the same target and prober that touch or overlap. */
export function coalesce(ranges: readonly RawRange[]): RawRange[] {
  const sorted = [...ranges].sort(
    (a, b) =>
      compare(a.targetId ?? '', b.targetId ?? '') ||
      compare(a.probeId ?? '', b.probeId ?? '') ||
      a.fromUs - b.fromUs,
  );
  const joined: RawRange[] = [];
  for (const range of sorted) {
    const last = joined.at(-1);
    const same = last !== undefined && last.targetId === range.targetId && last.probeId === range.probeId;
    if (same && range.fromUs <= last.toUs) last.toUs = Math.max(last.toUs, range.toUs);
    else joined.push({ ...range });
  }
  return joined;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function selectRanges(view: PartitionView, ranges: readonly RawRange[]): string {
  const fromUs = Math.min(...ranges.map((range) => range.fromUs));
  const toUs = Math.max(...ranges.map((range) => range.toUs));
  const rows = union(rawSchema, view.raw({ fromUs, toUs }));
  const within = `"timestamp" < ${instant(toUs)} AND coalesce(missed_until, "timestamp") >= ${instant(fromUs)}`;
  const condition =
    ranges.length <= MAX_CONDITIONS
      ? `(${ranges.map(conditionOf).join(' OR ')})`
      : `EXISTS (FROM (${valuesOf(ranges)}) k WHERE ${JOINED})`;
  return `SELECT ${eventColumns} FROM ${rows} r WHERE ${within} AND ${condition} ORDER BY probe_id, seq`;
}

function conditionOf(range: RawRange): string {
  const parts = [
    `"timestamp" < ${instant(range.toUs)}`,
    `coalesce(missed_until, "timestamp") >= ${instant(range.fromUs)}`,
  ];
  if (range.targetId !== undefined) parts.push(`target_id = ${quote(range.targetId)}`);
  if (range.probeId !== undefined) parts.push(`probe_id = ${quote(range.probeId)}`);
  return `(${parts.join(' AND ')})`;
}

const JOINED =
  'r."timestamp" < k.to_time AND coalesce(r.missed_until, r."timestamp") >= k.from_time ' +
  'AND r.target_id = coalesce(k.target_id, r.target_id) AND r.probe_id = coalesce(k.probe_id, r.probe_id)';

function valuesOf(ranges: readonly RawRange[]): string {
  const text = (value: string | undefined): string => (value === undefined ? 'NULL' : quote(value));
  const rows = ranges.map(
    (range) =>
      `(${instant(range.fromUs)}, ${instant(range.toUs)}, ${text(range.targetId)}, ${text(range.probeId)})`,
  );
  return `SELECT * FROM (VALUES ${rows.join(', ')}) v(from_time, to_time, target_id, probe_id)`;
}
