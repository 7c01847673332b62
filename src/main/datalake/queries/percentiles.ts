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
import { histogramFromBuckets, mergedBuckets } from './sparse-histogram';
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
  const inside = windowSource(question, targetId, range);
  const whole = `(SELECT hist_offset, hist_counts, censored_count FROM ${inside.from} WHERE end_time <= $range_end)`;
  const values = { ...inside.values, range_end: instant(range.toUs) };
  const merged = await question.session.query(mergedBuckets(whole), values);
  const censoredInside = await question.session.query(
    `SELECT sum(censored_count) AS censored FROM ${whole}`,
    values,
  );
  const inMemory = inside.overlay
    .filter((row) => row.end_time <= range.toUs)
    .map((row) => ({ offset: row.hist_offset, counts: row.hist_counts, censored: row.censored_count }));
  const parts: (LatencyHistogram & { censored: number })[] = [
    {
      ...histogramFromBuckets(merged.numbers('bucket'), merged.numbers('completed')),
      censored: censoredInside.nullableNumbers('censored')[0] ?? 0,
    },
    ...inMemory,
  ];

  const edges = await findEdges(question, targetId, range);
  for (const rows of edgeRows(question, targetId, range, edges)) {
    const answer = await question.session.query(
      `SELECT CASE WHEN ${IS_COMPLETED} THEN CAST(round(latency_ms * 1000) AS BIGINT) END AS latency_us,
         count(*) AS attempts
       FROM ${rows.from} WHERE inside AND (${IS_COMPLETED} OR ${IS_CENSORED}) GROUP BY ALL`,
      rows.values,
    );
    const attempts = answer.numbers('attempts');
    answer.nullableNumbers('latency_us').forEach((us, row) => {
      const count = attempts[row]!;
      if (us === null) parts.push({ offset: 0, counts: [], censored: count });
      else parts.push({ offset: bucketOf(us), counts: [count], censored: 0 });
    });
  }

  const histogram = mergeHistograms(parts);
  const censored = parts.reduce((sum, part) => sum + part.censored, 0);
  return {
    targetId,
    completed: countOf(histogram),
    censored,
    p50Ms: percentileOf(histogram, censored, 50),
    p90Ms: percentileOf(histogram, censored, 90),
    p95Ms: percentileOf(histogram, censored, 95),
    p99Ms: percentileOf(histogram, censored, 99),
    p999Ms: percentileOf(histogram, censored, 99.9),
  };
}
