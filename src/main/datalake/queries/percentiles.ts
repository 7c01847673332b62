import type { Percentiles, Range } from '../../../shared/contract/questions';
import {
  bucketOf,
  countOf,
  type LatencyHistogram,
  mergeHistograms,
  percentileOf,
} from '../../../shared/domain/latency-histogram';
import type { Question } from './question';
import { edgeRows, findEdges } from './range-edges';
import { IS_CENSORED, IS_COMPLETED } from './raw-source';
import type { Scope } from './scope';
import { histogramFromBuckets, mergedBuckets } from './sparse-histogram';
import { instant } from './sql-values';
import { windowSource } from './window-source';

/**
 * Percentiles of a range over all its attempts: merged histograms of the windows wholly inside, and the attempts of
 * those that lie across its ends, of several probers alike. Never outside the least and the greatest latency, which a bucket's middle may be. Null where
 * there is nothing, or where the rank falls on a timeout.
 */
export async function percentiles(question: Question, scope: Scope, range: Range): Promise<Percentiles> {
  const inside = windowSource(question, scope, range);
  const whole = `(SELECT hist_offset, hist_counts, censored_count, min_latency, max_latency FROM ${inside.from} WHERE end_time <= $range_end)`;
  const values = { ...inside.values, range_end: instant(range.toUs) };
  const merged = await question.session.query(mergedBuckets(whole), values);
  const answerInside = await question.session.query(
    `SELECT sum(censored_count) AS censored, min(min_latency) AS least, max(max_latency) AS greatest FROM ${whole}`,
    values,
  );
  const rows = inside.overlay.filter((row) => row.end_time <= range.toUs);
  const inMemory = rows.map((row) => ({
    offset: row.hist_offset,
    counts: row.hist_counts,
    censored: row.censored_count,
  }));
  const extremes = [
    ...answerInside.nullableNumbers('least'),
    ...answerInside.nullableNumbers('greatest'),
    ...rows.flatMap((row) => [row.min_latency, row.max_latency]),
  ].filter((value) => value !== null);
  const parts: (LatencyHistogram & { censored: number })[] = [
    {
      ...histogramFromBuckets(merged.numbers('bucket'), merged.numbers('completed')),
      censored: answerInside.nullableNumbers('censored')[0] ?? 0,
    },
    ...inMemory,
  ];

  const edges = await findEdges(question, scope, range);
  for (const edge of edgeRows(question, scope, range, edges)) {
    const answer = await question.session.query(
      `SELECT CASE WHEN ${IS_COMPLETED} THEN CAST(round(latency_ms * 1000) AS BIGINT) END AS latency_us,
         count(*) AS attempts
       FROM ${edge.from} WHERE inside AND (${IS_COMPLETED} OR ${IS_CENSORED}) GROUP BY ALL`,
      edge.values,
    );
    const attempts = answer.numbers('attempts');
    answer.nullableNumbers('latency_us').forEach((us, row) => {
      const count = attempts[row]!;
      if (us === null) parts.push({ offset: 0, counts: [], censored: count });
      else {
        parts.push({ offset: bucketOf(us), counts: [count], censored: 0 });
        extremes.push(us / 1000);
      }
    });
  }

  const histogram = mergeHistograms(parts);
  const censored = parts.reduce((sum, part) => sum + part.censored, 0);
  const least = extremes.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const greatest = extremes.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const at = (percent: number): number | null => {
    const estimate = percentileOf(histogram, censored, percent);
    return estimate === null ? null : Math.min(greatest, Math.max(least, estimate));
  };
  return {
    targetId: scope.targetId,
    completed: countOf(histogram),
    censored,
    p50Ms: at(50),
    p90Ms: at(90),
    p95Ms: at(95),
    p99Ms: at(99),
    p999Ms: at(99.9),
  };
}
