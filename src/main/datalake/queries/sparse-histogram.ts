import type { LatencyHistogram } from '../../../shared/domain/latency-histogram';

/**
 * A histogram from the buckets that hold anything, in any order.
 * @param buckets each at most once
 * @param counts how many values the bucket at the same place holds
 */
export function histogramFromBuckets(
  buckets: readonly number[],
  counts: readonly number[],
): LatencyHistogram {
  if (buckets.length === 0) return { offset: 0, counts: [] };
  const offset = buckets.reduce((lowest, bucket) => Math.min(lowest, bucket));
  const highest = buckets.reduce((most, bucket) => Math.max(most, bucket));
  const dense = new Array<number>(highest - offset + 1).fill(0);
  buckets.forEach((bucket, index) => {
    dense[bucket - offset] = counts[index]!;
  });
  return { offset, counts: dense };
}

/** SQL: the buckets that hold anything, by `groups` and `bucket`, with their merged counts as `completed`. */
export function mergedBuckets(source: string, groups: readonly string[] = []): string {
  const columns = [...groups, 'bucket'].join(', ');
  return `SELECT ${columns}, sum(completed)::DOUBLE AS completed FROM (
      SELECT *, unnest(hist_counts) AS completed,
        hist_offset + generate_subscripts(hist_counts, 1)::INTEGER - 1 AS bucket
      FROM ${source})
    WHERE completed > 0 GROUP BY ${columns}`;
}
