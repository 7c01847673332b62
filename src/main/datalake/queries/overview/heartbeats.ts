import type { Beat, Heartbeats } from '../../../../shared/contract/overview';
import type { WindowRow } from '../../../../shared/domain/window-row';
import type { Question } from '../question';
import { integer } from '../sql-values';
import { windowSource } from '../window-source';

/** How far back (µs) the newest windows of a target are looked for: two hours, or twice as long as they take. */
const AT_LEAST_US = 2 * 3_600_000_000;

/**
 * The newest windows of every target, ascending, those in memory included. Several probers of one target each have a beat.
 * @param newestUs where the search goes back from, µs
 */
export async function heartbeats(
  question: Question,
  { perTarget, windowMs, newestUs }: { perTarget: number; windowMs: number; newestUs: number },
): Promise<Heartbeats> {
  const spanUs = Math.max(AT_LEAST_US, 2 * perTarget * windowMs * 1000);
  const range = { fromUs: Math.max(0, newestUs - spanUs), toUs: newestUs + spanUs };
  const source = windowSource(question, null, range);
  const found = await question.session.query(
    `SELECT target_id, start_time, end_time, total_pings, error_count, degraded_count, unknown_count, missed_count,
       p50_latency, p95_latency, is_final
     FROM ${source.from}
     QUALIFY row_number() OVER (PARTITION BY target_id, probe_id ORDER BY start_time DESC) <= $limit`,
    { ...source.values, limit: integer(perTarget) },
  );
  const beats = new Map<string, Beat[]>();
  const put = (targetId: string, beat: Beat): void => {
    const ofTarget = beats.get(targetId);
    if (ofTarget === undefined) beats.set(targetId, [beat]);
    else ofTarget.push(beat);
  };
  const [targetIds, finals] = [found.texts('target_id'), found.booleans('is_final')];
  const [starts, ends, totals, errors] = ['start_time', 'end_time', 'total_pings', 'error_count'].map(
    found.numbers,
  );
  const [degraded, unknown, missed] = ['degraded_count', 'unknown_count', 'missed_count'].map(found.numbers);
  const [p50, p95] = ['p50_latency', 'p95_latency'].map(found.nullableNumbers);
  targetIds.forEach((targetId, row) => {
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
  for (const row of source.overlay) put(row.target_id, beatOf(row));
  return [...beats].map(([targetId, ofTarget]) => ({
    targetId,
    beats: ofTarget.sort((a, b) => a.startUs - b.startUs).slice(-perTarget),
  }));
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
