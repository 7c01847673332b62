import type { Percentiles, Range } from '../../../shared/contract/questions';
import { addHistogram, addLatency, createLatencyTally, percentileOf } from './latency-tally';
import type { Question } from './question';
import { edgeRows, findEdges } from './range-edges';
import { IS_CENSORED, IS_COMPLETED } from './raw-source';
import { instant } from './sql-values';
import { windowSource } from './window-source';

/**
 * Percentiles of a range over all its attempts: merged histograms of the windows wholly inside, and the attempts of
 * those that lie across its ends. Null where there is nothing, or where the rank falls on a timeout.
 */
export async function percentiles(
  question: Question,
  targetId: string | null,
  range: Range,
): Promise<Percentiles> {
  const tally = createLatencyTally();
  const inside = windowSource(question, targetId, range);
  const isInside = { ...inside.values, range_end: instant(range.toUs) };
  const histogram = await question.session.query(
    `SELECT bucket, sum(completed)::DOUBLE AS completed FROM (
       SELECT unnest(hist_counts) AS completed,
         hist_offset + unnest(range(len(hist_counts)))::INTEGER AS bucket
       FROM ${inside.from} WHERE end_time <= $range_end)
     WHERE completed > 0 GROUP BY bucket`,
    isInside,
  );
  const counts = histogram.numbers('completed');
  histogram.numbers('bucket').forEach((bucket, row) => {
    addHistogram(tally, bucket, [counts[row]!]);
  });
  const censored = await question.session.query(
    `SELECT coalesce(sum(censored_count), 0) AS censored FROM ${inside.from} WHERE end_time <= $range_end`,
    isInside,
  );
  tally.censored += censored.numbers('censored')[0] ?? 0;
  for (const row of inside.overlay.filter((row) => row.end_time <= range.toUs)) {
    addHistogram(tally, row.hist_offset, row.hist_counts);
    tally.censored += row.censored_count;
  }

  const edges = await findEdges(question, targetId, range);
  for (const rows of edgeRows(question, targetId, range, edges)) {
    const answer = await question.session.query(
      `SELECT CASE WHEN ${IS_COMPLETED} THEN latency_ms END AS latency_ms, count(*) AS attempts
       FROM ${rows.from} WHERE inside AND (${IS_COMPLETED} OR ${IS_CENSORED}) GROUP BY ALL`,
      rows.values,
    );
    const attempts = answer.numbers('attempts');
    answer.nullableNumbers('latency_ms').forEach((latencyMs, row) => {
      if (latencyMs === null) tally.censored += attempts[row]!;
      else addLatency(tally, latencyMs, attempts[row]!);
    });
  }

  return {
    targetId,
    completed: [...tally.counts.values()].reduce((sum, count) => sum + count, 0),
    censored: tally.censored,
    p50Ms: percentileOf(tally, 50),
    p90Ms: percentileOf(tally, 90),
    p95Ms: percentileOf(tally, 95),
    p99Ms: percentileOf(tally, 99),
    p999Ms: percentileOf(tally, 99.9),
  };
}
