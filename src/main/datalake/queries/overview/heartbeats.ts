import type { Beat, Heartbeats } from '../../../../shared/contract/overview';
import type { WindowRow } from '../../../../shared/domain/window-row';
import type { Question } from '../question';
import { integer } from '../sql-values';
import { type WindowSource, windowSource } from '../window-source';
import { type BeatKey, mergedRanks } from './merged-ranks';

/** How far back (µs) the newest windows of a target are looked for: two hours, or twice as long as they take. */
const AT_LEAST_US = 2 * 3_600_000_000;

/**
 * The newest windows of every target, ascending, those in memory included. Windows of several probers that begin and end
 * together are one beat: counts add up, percentiles come from the merged histograms.
 * @param of.newestUs where the search goes back from, µs
 */
export async function heartbeats(
  question: Question,
  of: { perTarget: number; windowMs: number; newestUs: number; probeId?: string | null },
): Promise<Heartbeats> {
  const { perTarget, windowMs, newestUs, probeId = null } = of;
  const spanUs = Math.max(AT_LEAST_US, 2 * perTarget * windowMs * 1000);
  const range = { fromUs: Math.max(0, newestUs - spanUs), toUs: newestUs + spanUs };
  const source = windowSource(question, { targetId: null, probeId }, range);
  const all = new Map<string, Beat[]>();
  const put = (targetId: string, beat: Beat): void => {
    const ofTarget = all.get(targetId);
    if (ofTarget === undefined) all.set(targetId, [beat]);
    else ofTarget.push(beat);
  };
  await readBeats(question, source, perTarget, put);
  for (const row of source.overlay) put(row.target_id, beatOf(row));

  const several: BeatKey[] = [];
  const beats = [...all].map(([targetId, ofTarget]) => {
    const sorted = ofTarget.sort((a, b) => a.startUs - b.startUs || a.endUs - b.endUs);
    const merged = joined(sorted, (startUs, endUs) => several.push({ targetId, startUs, endUs }));
    return { targetId, beats: merged.slice(-perTarget) };
  });
  if (several.length > 0) {
    const ranks = await mergedRanks(question, source, several);
    for (const { targetId, beats: ofTarget } of beats) {
      for (const beat of ofTarget) Object.assign(beat, ranks(targetId, beat) ?? {});
    }
  }
  return beats;
}

/** The newest `limit` windows in files of every target and prober, in any order. */
async function readBeats(
  question: Question,
  source: WindowSource,
  limit: number,
  put: (targetId: string, beat: Beat) => void,
): Promise<void> {
  const found = await question.session.query(
    `SELECT target_id, start_time, end_time, total_pings, error_count, degraded_count, unknown_count, missed_count,
       p50_latency, p95_latency, is_final
     FROM ${source.from}
     QUALIFY row_number() OVER (PARTITION BY target_id, probe_id ORDER BY start_time DESC) <= $limit`,
    { ...source.values, limit: integer(limit) },
  );
  const [starts, ends, totals, errors] = ['start_time', 'end_time', 'total_pings', 'error_count'].map(
    found.numbers,
  );
  const [degraded, unknown, missed] = ['degraded_count', 'unknown_count', 'missed_count'].map(found.numbers);
  const [p50, p95] = ['p50_latency', 'p95_latency'].map(found.nullableNumbers);
  const finals = found.booleans('is_final');
  found.texts('target_id').forEach((targetId, row) => {
    put(targetId, {
      startUs: starts?.[row] ?? 0,
      endUs: ends?.[row] ?? 0,
      totalPings: totals?.[row] ?? 0,
      errorCount: errors?.[row] ?? 0,
      degradedCount: degraded?.[row] ?? 0,
      unknownCount: unknown?.[row] ?? 0,
      missedCount: missed?.[row] ?? 0,
      p50Ms: p50?.[row] ?? null,
      p95Ms: p95?.[row] ?? null,
      isFinal: finals[row] ?? true,
    });
  });
}

/** Neighbours that begin and end together as one, without percentiles until they are merged. */
function joined(sorted: readonly Beat[], onJoined: (startUs: number, endUs: number) => void): Beat[] {
  const beats: Beat[] = [];
  let told = -1;
  for (const beat of sorted) {
    const last = beats.at(-1);
    if (last === undefined || last.startUs !== beat.startUs || last.endUs !== beat.endUs) {
      beats.push(beat);
      continue;
    }
    if (told !== beats.length) onJoined(beat.startUs, beat.endUs);
    told = beats.length;
    last.totalPings += beat.totalPings;
    last.errorCount += beat.errorCount;
    last.degradedCount += beat.degradedCount;
    last.unknownCount += beat.unknownCount;
    last.missedCount += beat.missedCount;
    last.p50Ms = null;
    last.p95Ms = null;
    last.isFinal &&= beat.isFinal;
  }
  return beats;
}

function beatOf(row: WindowRow): Beat {
  return {
    startUs: row.start_time,
    endUs: row.end_time,
    totalPings: row.total_pings,
    errorCount: row.error_count,
    degradedCount: row.degraded_count,
    unknownCount: row.unknown_count,
    missedCount: row.missed_count,
    p50Ms: row.p50_latency,
    p95Ms: row.p95_latency,
    isFinal: row.is_final,
  };
}
