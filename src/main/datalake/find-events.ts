import type { ProbeEvent } from '../../shared/domain/probe-event';
import { type EventIdentity, identityKey } from './lake';
import type { RawFile } from './lake-file';
import type { LakeState } from './lake-state';
import { union, viewPartition } from './partition-view';
import { decodeEvents, eventColumns } from './raw-decoder';
import { rawSchema } from './raw-schema';
import { quote } from './sql-text';

/** Numbers of one prober that follow without a gap, inclusive. */
interface SeqRange {
  probe: string;
  from: number;
  to: number;
}

/** So many ranges go into one condition; more become a list that rows are looked up in. */
const MAX_CONDITIONS = 64;

/** Implements `LakeWriter.find`. Only files whose numbers can be meant are read. */
export async function findEvents(
  state: LakeState,
  identities: readonly EventIdentity[],
): Promise<Map<string, ProbeEvent>> {
  const found = new Map<string, ProbeEvent>();
  const ranges = rangesOf(identities);
  if (ranges.length === 0) return found;
  const view = await viewPartition(state);
  try {
    const selects = view.rawOf((file) => ranges.some((range) => canHold(file, range)));
    if (selects.length === 0) return found;
    const connection = await state.shared.database().connect();
    try {
      const rows = union(rawSchema, selects);
      const result = await connection.stream(
        `SELECT ${eventColumns} FROM ${rows} r WHERE ${conditionOf(ranges)}`,
      );
      for (let chunk = await result.fetchChunk(); chunk !== null; chunk = await result.fetchChunk()) {
        if (chunk.rowCount === 0) break;
        for (const event of decodeEvents(chunk)) found.set(identityKey(event), event);
      }
    } finally {
      connection.closeSync();
    }
  } finally {
    view.release();
  }
  return found;
}

function rangesOf(identities: readonly EventIdentity[]): SeqRange[] {
  const seqs = new Map<string, number[]>();
  for (const { probe_id, seq } of identities) {
    const ofProbe = seqs.get(probe_id);
    if (ofProbe === undefined) seqs.set(probe_id, [seq]);
    else ofProbe.push(seq);
  }
  const ranges: SeqRange[] = [];
  for (const [probe, ofProbe] of seqs) {
    let last: SeqRange | null = null;
    for (const seq of ofProbe.sort((a, b) => a - b)) {
      if (last !== null && seq <= last.to + 1) last.to = seq;
      else {
        last = { probe, from: seq, to: seq };
        ranges.push(last);
      }
    }
  }
  return ranges;
}

function canHold(file: RawFile, { probe, from, to }: SeqRange): boolean {
  const held = file.seqs[probe];
  return held !== undefined && held[0] <= to && held[1] >= from;
}

/** Bounds by prober first: they let whole row groups be skipped. */
function conditionOf(ranges: readonly SeqRange[]): string {
  if (ranges.length <= MAX_CONDITIONS) return ranges.map(within).join(' OR ');
  const spans = new Map<string, SeqRange>();
  for (const { probe, from, to } of ranges) {
    const span = spans.get(probe);
    // They come in order.
    if (span === undefined) spans.set(probe, { probe, from, to });
    else span.to = to;
  }
  const bounds = [...spans.values()];
  const coarse =
    bounds.length <= MAX_CONDITIONS
      ? bounds.map(within).join(' OR ')
      : `seq BETWEEN ${Math.min(...bounds.map(({ from }) => from))} AND ${Math.max(...bounds.map(({ to }) => to))}`;
  const list = ranges.map(({ probe, from, to }) => `(${quote(probe)}, ${from}, ${to})`).join(', ');
  return (
    `(${coarse}) AND (probe_id, seq) IN (SELECT probe, unnest(generate_series(first::BIGINT, last::BIGINT)) ` +
    `FROM (VALUES ${list}) v(probe, first, last))`
  );
}

function within({ probe, from, to }: SeqRange): string {
  return `(probe_id = ${quote(probe)} AND seq BETWEEN ${from} AND ${to})`;
}
