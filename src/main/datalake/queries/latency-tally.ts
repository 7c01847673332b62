/** Completed latencies by histogram bucket, and the timeouts that rank above them all. */
export interface LatencyTally {
  counts: Map<number, number>;
  censored: number;
}

/** Buckets per doubling at scale 5: bucket i covers (2^(i/32), 2^((i+1)/32)] ms. */
const BUCKETS_PER_DOUBLING = 32;

export function createLatencyTally(): LatencyTally {
  return { counts: new Map(), censored: 0 };
}

/** @param offset index of the first bucket in `counts` */
export function addHistogram(tally: LatencyTally, offset: number, counts: readonly number[]): void {
  counts.forEach((count, index) => {
    if (count > 0) tally.counts.set(offset + index, (tally.counts.get(offset + index) ?? 0) + count);
  });
}

export function addLatency(tally: LatencyTally, latencyMs: number, attempts: number): void {
  addHistogram(tally, Math.ceil(Math.log2(latencyMs) * BUCKETS_PER_DOUBLING) - 1, [attempts]);
}

/** Nearest rank with timeouts above every value: null where the rank falls on one, or there is nothing. */
export function percentileOf(tally: LatencyTally, percent: number): number | null {
  const total = [...tally.counts.values()].reduce((sum, count) => sum + count, 0) + tally.censored;
  let rank = Math.ceil((total * percent) / 100);
  for (const [bucket, count] of [...tally.counts].sort((a, b) => a[0] - b[0])) {
    rank -= count;
    if (rank <= 0) return 2 ** ((bucket + 0.5) / BUCKETS_PER_DOUBLING);
  }
  return null;
}
