import type { Series } from '../../../shared/contract/questions';
import {
  type LatencyHistogram,
  mergeHistograms,
  percentileOf,
} from '../../../shared/domain/latency-histogram';
import { alignDown } from './bucket-width';
import type { Question } from './question';
import { bucketSeries } from './series-columns';
import { histogramFromBuckets, mergedBuckets } from './sparse-histogram';
import { integer } from './sql-values';
import type { WindowBuckets } from './window-buckets';

/**
 * Buckets made of whole windows: `bucketUs` is a multiple of every window's length in the range. Percentiles are the
 * window's own where one window is the bucket, from the merged histograms where several are.
 */
export async function seriesFromWindows(
  question: Question,
  { buckets, source }: WindowBuckets,
  bucketUs: number,
): Promise<Series> {
  const several = [...buckets.values()].filter((bucket) => bucket.windows > 1);
  if (several.length > 0) {
    const histograms = await readHistograms(question, source, bucketUs);
    for (const { point, censored } of several) {
      const histogram = histograms.get(point.timestampUs) ?? { offset: 0, counts: [] };
      point.p50Ms = percentileOf(histogram, censored, 50);
      point.p95Ms = percentileOf(histogram, censored, 95);
      point.p99Ms = percentileOf(histogram, censored, 99);
    }
  }
  return bucketSeries(
    'windows',
    bucketUs,
    [...buckets.values()].map(({ point, sumUs, completed }) => ({
      ...point,
      avgMs: completed === 0 ? null : sumUs / 1000 / completed,
    })),
  );
}

/** The merged histogram of every bucket that has one, windows in memory included. */
async function readHistograms(
  { session }: Question,
  source: WindowBuckets['source'],
  bucketUs: number,
): Promise<Map<number, LatencyHistogram>> {
  const timed = `(SELECT epoch_us(start_time) // $width * $width AS at_us, hist_offset, hist_counts
    FROM ${source.from})`;
  const answer = await session.query(
    `SELECT at_us, list(bucket) AS buckets, list(completed) AS counts
     FROM (${mergedBuckets(timed, ['at_us'])}) GROUP BY at_us`,
    { ...source.values, width: integer(bucketUs) },
  );
  const buckets = answer.numberLists('buckets');
  const counts = answer.numberLists('counts');
  const histograms = new Map(
    answer.numbers('at_us').map((atUs, row) => [atUs, histogramFromBuckets(buckets[row]!, counts[row]!)]),
  );
  for (const row of source.overlay) {
    const atUs = alignDown(row.start_time, bucketUs);
    const own = { offset: row.hist_offset, counts: row.hist_counts };
    const others = histograms.get(atUs);
    histograms.set(atUs, others === undefined ? own : mergeHistograms([own, others]));
  }
  return histograms;
}
