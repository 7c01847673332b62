import type { Range, Series } from '../../../shared/contract/questions';
import type { WindowRow } from '../../../shared/domain/window-row';
import { alignDown, alignRange } from './bucket-width';
import { addHistogram, createLatencyTally, type LatencyTally, percentileOf } from './latency-tally';
import type { Question } from './question';
import { type BucketPoint, bucketSeries, readBucketPoints } from './series-columns';
import { integer } from './sql-values';
import { type WindowSource, windowSource } from './window-source';

/** A bucket while windows are added to it. */
interface WindowBucket {
  point: BucketPoint;
  windows: number;
  completed: number;
  sumUs: number;
  censored: number;
}

/**
 * Buckets made of whole windows: `bucketUs` is a multiple of every window's length in the range. Percentiles are the
 * window's own where one window is the bucket, from the merged histograms where several are.
 */
export async function seriesFromWindows(
  question: Question,
  targetId: string,
  range: Range,
  bucketUs: number,
): Promise<Series> {
  const source = windowSource(question, targetId, alignRange(range, bucketUs));
  const buckets = await readBuckets(question, source, bucketUs);
  for (const row of source.overlay) addRow(buckets, row, bucketUs);

  const merged = [...buckets.values()].filter((bucket) => bucket.windows > 1);
  if (merged.length > 0) {
    const tallies = await readTallies(question, source, bucketUs);
    for (const bucket of merged) {
      const tally = tallies.get(bucket.point.timestampUs) ?? createLatencyTally();
      tally.censored = bucket.censored;
      bucket.point.p50Ms = percentileOf(tally, 50);
      bucket.point.p95Ms = percentileOf(tally, 95);
      bucket.point.p99Ms = percentileOf(tally, 99);
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

async function readBuckets(
  { session }: Question,
  source: WindowSource,
  bucketUs: number,
): Promise<Map<number, WindowBucket>> {
  const answer = await session.query(
    `SELECT epoch_us(start_time) // $bucket * $bucket AS at_us,
       count(*) AS windows, sum(total_pings) AS total, sum(error_count) AS errors,
       sum(degraded_count) AS degraded, sum(unknown_count) AS unknown, sum(missed_count) AS missed,
       sum(censored_count) AS censored, sum(latency_sum_us) AS sum_us, sum(list_sum(hist_counts)) AS completed,
       NULL::DOUBLE AS avg_ms, min(min_latency) AS min_ms, max(max_latency) AS max_ms,
       [coalesce(any_value(p50_latency), 'infinity'), coalesce(any_value(p95_latency), 'infinity'),
        coalesce(any_value(p99_latency), 'infinity')] AS percentiles
     FROM ${source.from} GROUP BY at_us`,
    { ...source.values, bucket: integer(bucketUs) },
  );
  const windows = answer.numbers('windows');
  const completed = answer.nullableNumbers('completed');
  const sumUs = answer.numbers('sum_us');
  const censored = answer.numbers('censored');
  return new Map(
    readBucketPoints(answer).map((point, row) => [
      point.timestampUs,
      {
        point,
        windows: windows[row]!,
        completed: completed[row] ?? 0,
        sumUs: sumUs[row]!,
        censored: censored[row]!,
      },
    ]),
  );
}

/** Adds a window that stands in memory only. */
function addRow(buckets: Map<number, WindowBucket>, row: WindowRow, bucketUs: number): void {
  const timestampUs = alignDown(row.start_time, bucketUs);
  const bucket = buckets.get(timestampUs) ?? emptyBucket(timestampUs);
  buckets.set(timestampUs, bucket);
  const { point } = bucket;
  point.minMs = extreme(Math.min, point.minMs, row.min_latency);
  point.maxMs = extreme(Math.max, point.maxMs, row.max_latency);
  point.total += row.total_pings;
  point.errors += row.error_count;
  point.degraded += row.degraded_count;
  point.unknown += row.unknown_count;
  point.missed += row.missed_count;
  point.p50Ms = row.p50_latency;
  point.p95Ms = row.p95_latency;
  point.p99Ms = row.p99_latency;
  bucket.windows += 1;
  bucket.completed += row.hist_counts.reduce((sum, count) => sum + count, 0);
  bucket.sumUs += row.latency_sum_us;
  bucket.censored += row.censored_count;
}

/** The merged histograms of every bucket, those in memory included. */
async function readTallies(
  { session }: Question,
  source: WindowSource,
  bucketUs: number,
): Promise<Map<number, LatencyTally>> {
  const answer = await session.query(
    `SELECT at_us, list(bucket) AS buckets, list(completed) AS counts FROM (
       SELECT at_us, bucket, sum(completed)::DOUBLE AS completed FROM (
         SELECT epoch_us(start_time) // $bucket * $bucket AS at_us, unnest(hist_counts) AS completed,
           hist_offset + unnest(range(len(hist_counts)))::INTEGER AS bucket FROM ${source.from})
       WHERE completed > 0 GROUP BY at_us, bucket)
     GROUP BY at_us`,
    { ...source.values, bucket: integer(bucketUs) },
  );
  const buckets = answer.numberLists('buckets');
  const counts = answer.numberLists('counts');
  const tallies = new Map<number, LatencyTally>();
  answer.numbers('at_us').forEach((atUs, row) => {
    const tally = createLatencyTally();
    buckets[row]!.forEach((bucket, index) => {
      tally.counts.set(bucket, counts[row]![index]!);
    });
    tallies.set(atUs, tally);
  });
  for (const row of source.overlay) {
    const atUs = alignDown(row.start_time, bucketUs);
    const tally = tallies.get(atUs) ?? createLatencyTally();
    addHistogram(tally, row.hist_offset, row.hist_counts);
    tallies.set(atUs, tally);
  }
  return tallies;
}

function emptyBucket(timestampUs: number): WindowBucket {
  const point: BucketPoint = {
    timestampUs,
    avgMs: null,
    minMs: null,
    maxMs: null,
    p50Ms: null,
    p95Ms: null,
    p99Ms: null,
    total: 0,
    errors: 0,
    degraded: 0,
    unknown: 0,
    missed: 0,
  };
  return { point, windows: 0, completed: 0, sumUs: 0, censored: 0 };
}

function extreme(
  choose: (a: number, b: number) => number,
  a: number | null,
  b: number | null,
): number | null {
  if (a === null) return b;
  return b === null ? a : choose(a, b);
}
