/**
 * Latencies in buckets that grow by a constant factor: the positive range of OpenTelemetry's ExponentialHistogram at a
 * fixed scale (https://opentelemetry.io/docs/specs/otel/metrics/data-model/#exponentialhistogram). With
 * base = 2^(2^−scale), bucket i holds the values in (base^i, base^(i+1)] ms.
 */
export interface LatencyHistogram {
  /** Index of the bucket that `counts[0]` speaks of; 0 when there is none. */
  offset: number;
  /** From the lowest to the highest bucket that holds anything; empty without values. */
  counts: number[];
}

export const LATENCY_HISTOGRAM_SCALE = 5;

const BUCKETS_PER_DOUBLING = 2 ** LATENCY_HISTOGRAM_SCALE;
/** The resolution of `latency_ms`. What is shorter, 0 included, counts as this long: no logarithm leads to 0. */
const SHORTEST_US = 10;
const LOWEST_BUCKET = Math.ceil(Math.log2(SHORTEST_US / 1000) * BUCKETS_PER_DOUBLING) - 1;

/**
 * By bucket, from `LOWEST_BUCKET` on: the largest whole number of µs that it holds. Comparing integers with integers puts
 * a value on a bucket's edge into the lower bucket, whatever the last digit of a logarithm says.
 */
const LARGEST_US: readonly number[] = Array.from(
  { length: Math.ceil(Math.log2(Number.MAX_SAFE_INTEGER / 1000) * BUCKETS_PER_DOUBLING) - LOWEST_BUCKET },
  (_, position) => Math.floor(1000 * lowerEdge(LOWEST_BUCKET + position + 1)),
);
const HIGHEST_BUCKET = LOWEST_BUCKET + LARGEST_US.length - 1;

/** The exclusive lower edge of a bucket, which is the inclusive upper edge of the one before, ms. */
function lowerEdge(bucket: number): number {
  const doublings = Math.floor(bucket / BUCKETS_PER_DOUBLING);
  // The power of two is exact; only the fraction of a doubling is rounded.
  return 2 ** doublings * 2 ** ((bucket - doublings * BUCKETS_PER_DOUBLING) / BUCKETS_PER_DOUBLING);
}

/** The bucket of a latency. @param us whole µs; beyond the ends of the scale it falls into the last bucket */
export function bucketOf(us: number): number {
  if (us <= SHORTEST_US) return LOWEST_BUCKET;
  const estimate = Math.ceil(Math.log2(us / 1000) * BUCKETS_PER_DOUBLING) - 1;
  let bucket = Math.min(estimate, HIGHEST_BUCKET);
  while (bucket > LOWEST_BUCKET && us <= largestUs(bucket - 1)) bucket -= 1;
  while (bucket < HIGHEST_BUCKET && us > largestUs(bucket)) bucket += 1;
  return bucket;
}

/** The largest whole number of µs that falls into a bucket of the scale. */
export function largestUs(bucket: number): number {
  return LARGEST_US[bucket - LOWEST_BUCKET] ?? Number.POSITIVE_INFINITY;
}

/**
 * @param sortedUs latencies in whole µs, ascending: the buckets are walked alongside, with a logarithm for each bucket
 *   that holds something instead of one for each value
 * @param length how many of `sortedUs` count
 */
export function histogramOf(sortedUs: ArrayLike<number>, length = sortedUs.length): LatencyHistogram {
  if (length === 0) return { offset: 0, counts: [] };
  const offset = bucketOf(sortedUs[0] ?? 0);
  const counts: number[] = [];
  let bucket = offset;
  let limitUs = largestUs(bucket);
  let count = 0;
  for (let index = 0; index < length; index += 1) {
    const us = sortedUs[index] ?? 0;
    if (us > limitUs) {
      const next = bucketOf(us);
      counts.push(count);
      for (let empty = bucket + 1; empty < next; empty += 1) counts.push(0);
      bucket = next;
      limitUs = bucket === HIGHEST_BUCKET ? Number.POSITIVE_INFINITY : largestUs(bucket);
      count = 0;
    }
    count += 1;
  }
  counts.push(count);
  return { offset, counts };
}

/** The histogram of all values of all of them: exact, in any order and grouping. */
export function mergeHistograms(histograms: Iterable<Readonly<LatencyHistogram>>): LatencyHistogram {
  const filled = [...histograms].filter(({ counts }) => counts.length > 0);
  if (filled.length === 0) return { offset: 0, counts: [] };
  const offset = filled.reduce((lowest, { offset }) => Math.min(lowest, offset), HIGHEST_BUCKET);
  const end = filled.reduce((highest, h) => Math.max(highest, h.offset + h.counts.length), offset);
  const counts = new Array<number>(end - offset).fill(0);
  for (const histogram of filled) {
    histogram.counts.forEach((count, index) => {
      counts[histogram.offset - offset + index]! += count;
    });
  }
  return { offset, counts };
}

/** How many values a histogram holds. */
export function countOf(histogram: LatencyHistogram): number {
  return histogram.counts.reduce((sum, count) => sum + count, 0);
}

/**
 * Nearest rank over the values and `censored` attempts that rank above every value, ms. Within 1.09 % of the value
 * itself, from 0.01 ms up: the estimate of a bucket (a, b] is 2ab/(a + b), which has the smallest worst relative error,
 * (base − 1)/(base + 1) (Masson, Rim, Lee: DDSketch, VLDB 2019, section 2.1).
 * @param percent above 0, up to 100
 * @returns null when there is nothing, or when the rank falls on a censored attempt
 */
export function percentileOf(histogram: LatencyHistogram, censored: number, percent: number): number | null {
  let rank = Math.max(1, Math.ceil(((countOf(histogram) + censored) * percent) / 100));
  for (const [index, count] of histogram.counts.entries()) {
    rank -= count;
    if (rank <= 0) return midpointMs(histogram.offset + index);
  }
  return null;
}

/** The estimate for any value of a bucket, ms. */
export function midpointMs(bucket: number): number {
  const [low, high] = [lowerEdge(bucket), lowerEdge(bucket + 1)];
  return (2 * low * high) / (low + high);
}
