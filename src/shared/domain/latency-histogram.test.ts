import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bucketOf,
  countOf,
  histogramOf,
  largestUs,
  mergeHistograms,
  midpointMs,
  percentileOf,
} from './latency-histogram';

/** Whole µs from the resolution to an hour, every order of magnitude alike. */
const latencyUs = fc.double({ min: 1, max: 9.55, noNaN: true }).map((power) => Math.round(10 ** power));
const latencies = fc
  .array(latencyUs, { maxLength: 60, size: 'max' })
  .map((list) => list.sort((a, b) => a - b));

describe('the latency histogram', () => {
  it('puts a latency on the edge of two buckets into the lower one', () => {
    for (let doubling = -3; doubling < 22; doubling += 1) {
      const edgeUs = 1000 * 2 ** doubling;
      expect(bucketOf(edgeUs)).toBe(32 * doubling - 1);
      expect(bucketOf(edgeUs + 1)).toBe(
        32 * doubling + (edgeUs < 1000 ? Math.floor(32 * Math.log2(1 + 1 / edgeUs)) : 0),
      );
    }
  });

  it('has exactly the edges of the OpenTelemetry scale, proven in whole numbers', () => {
    // largest ≤ 1000 · 2^((bucket + 1) / 32) < largest + 1, each side raised to the power of 32.
    for (let bucket = bucketOf(10); bucket <= bucketOf(4_000_000_000); bucket += 1) {
      const largest = BigInt(largestUs(bucket));
      const power = bucket + 1;
      const scaled = (us: bigint) => us ** 32n * (power < 0 ? 2n ** BigInt(-power) : 1n);
      const edge = 1000n ** 32n * (power > 0 ? 2n ** BigInt(power) : 1n);
      expect(scaled(largest) <= edge && edge < scaled(largest + 1n)).toBe(true);
    }
  });

  it('finds the same bucket by logarithm and by walking the edges', () => {
    fc.assert(
      fc.property(latencyUs, (us) => {
        const bucket = bucketOf(us);
        expect(us).toBeLessThanOrEqual(largestUs(bucket));
        if (us > 10) expect(us).toBeGreaterThan(largestUs(bucket - 1));
        expect(histogramOf([us])).toEqual({ offset: bucket, counts: [1] });
      }),
    );
  });

  it('counts what is shorter than the resolution as 0.01 ms', () => {
    expect(bucketOf(0)).toBe(bucketOf(10));
    expect(histogramOf([0, 0, 3, 10])).toEqual({ offset: bucketOf(10), counts: [4] });
  });

  it('keeps what is longer than any scale in the last bucket', () => {
    const { counts } = histogramOf([1e15, 9e15, 1e18, Number.POSITIVE_INFINITY]);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(4);
    expect(bucketOf(Number.POSITIVE_INFINITY)).toBe(bucketOf(1e18));
  });

  it('is empty without values', () => {
    const empty = { offset: 0, counts: [] };
    expect(histogramOf([])).toEqual(empty);
    expect(mergeHistograms([empty, empty])).toEqual(empty);
    expect(percentileOf(empty, 0, 50)).toBeNull();
  });

  it('estimates any latency within 1.1 %', () => {
    fc.assert(
      fc.property(latencyUs, (us) => {
        const estimate = midpointMs(bucketOf(us));
        expect(Math.abs(estimate - us / 1000) / (us / 1000)).toBeLessThanOrEqual(0.01084);
      }),
    );
  });

  it('gives every percentile within 1.1 % of the exact nearest rank, and none where it falls on a timeout', () => {
    fc.assert(
      fc.property(
        latencies,
        fc.nat(5),
        fc.constantFrom(1, 50, 90, 95, 99, 99.9, 100),
        (values, censored, percent) => {
          const rank = Math.max(1, Math.ceil(((values.length + censored) * percent) / 100));
          const exactUs = values[rank - 1];
          const estimate = percentileOf(histogramOf(values), censored, percent);
          if (exactUs === undefined) expect(estimate).toBeNull();
          else expect(Math.abs((estimate ?? 0) * 1000 - exactUs) / exactUs).toBeLessThanOrEqual(0.01084);
        },
      ),
    );
  });

  it('merges to the histogram of all values, whatever the order and the grouping', () => {
    fc.assert(
      fc.property(latencies, latencies, latencies, (a, b, c) => {
        const all = histogramOf([...a, ...b, ...c].sort((x, y) => x - y));
        const [ha, hb, hc] = [histogramOf(a), histogramOf(b), histogramOf(c)];
        expect(mergeHistograms([ha, hb, hc])).toEqual(all);
        expect(mergeHistograms([mergeHistograms([ha, hb]), hc])).toEqual(all);
        expect(mergeHistograms([ha, mergeHistograms([hc, hb])])).toEqual(all);
        expect(countOf(all)).toBe(a.length + b.length + c.length);
      }),
    );
  });
});
