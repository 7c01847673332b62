import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Range, Series } from '../../../shared/contract/questions';
import { mergeHistograms, percentileOf } from '../../../shared/domain/latency-histogram';
import type { ProbeEvent } from '../../../shared/domain/probe-event';
import { type WindowRow, windowKeyOf } from '../../../shared/domain/window-row';
import type { WindowLength } from '../../windowing/aggregator';
import { naiveWindows } from '../../windowing/testing-naive';
import { createTestClock, newLake, noProgress, START_US, withFolder } from '../lake-fixtures';
import { alignRange } from './bucket-width';
import { createLakeQueries } from './create-lake-queries';
import { randomEvents, seededRandom } from './testing-events';
import { instantsOf, type NaiveSums, naiveAverage, naivePercentile, naiveSums } from './testing-naive';

const SECOND_US = 1_000_000;
const never = new AbortController().signal;

interface Filled {
  queries: ReturnType<typeof createLakeQueries>;
  events: ProbeEvent[];
  windows: WindowRow[];
}

/** Random events and their windows: some in files, some in memory, some in both with a stale row in the file. */
async function withFilledLake(
  seed: number,
  lengths: readonly WindowLength[],
  test: (lake: Filled, random: () => number) => Promise<void>,
): Promise<void> {
  await withFolder(async (directory) => {
    const random = seededRandom(seed);
    const events = randomEvents(random, START_US, 1200);
    const windows = naiveWindows(events, lengths);
    const lake = newLake(directory);
    await lake.writer.open();

    const byArrival = [...events].sort((a, b) => a.timestamp - b.timestamp);
    const flushes = Math.floor(random() * 4);
    for (let flush = 0; flush < flushes; flush += 1) {
      lake.writer.append(byArrival.splice(0, Math.floor(random() * byArrival.length)));
      await lake.writer.flushRaw();
    }
    lake.writer.append(byArrival);

    const inMemoryFromUs = START_US + random() * 1500 * SECOND_US;
    const overlay = windows.filter((row) => row.start_time >= inMemoryFromUs || random() < 0.02);
    const inMemory = new Set(overlay.map(windowKeyOf));
    const stale = overlay
      .filter(() => random() < 0.5)
      .map((row) => ({ ...row, total_pings: 1, max_latency: 99_999, missed_count: 7, is_final: false }));
    await lake.writer.upsertWindows(windows.filter((row) => !inMemory.has(windowKeyOf(row))));
    await lake.writer.upsertWindows(stale);
    await lake.writer.commit(noProgress);

    const clock = createTestClock(START_US + 1200 * SECOND_US);
    const stats = random() < 0.5 ? { stats: () => lake.stats() } : {};
    const queries = createLakeQueries({ views: lake.views, overlay: () => overlay, clock, ...stats });
    try {
      await test({ queries, events, windows }, random);
    } finally {
      await queries.close();
      await lake.writer.close();
    }
  });
}

function randomRange(random: () => number, stepUs: number): Range {
  const instant = () => START_US + Math.floor((random() * 1800 - 300) * (SECOND_US / stepUs)) * stepUs;
  const [a, b] = [instant(), instant()];
  return { fromUs: Math.min(a, b), toUs: Math.max(a, b) + stepUs };
}

const PROBERS = ['host-00000001', 'host-00000002'];
/** All together half of the time. */
const anyProber = (random: () => number) => [null, null, ...PROBERS][Math.floor(random() * 4)] ?? null;

const anySeed = fc.integer({ min: 0, max: 2 ** 31 });
const oneMinute = [{ fromUs: 0, windowMs: 60_000 }];

describe('the questions about the lake', () => {
  it('give in a series exactly what a plain count over all rows gives', async () => {
    await fc.assert(
      fc.asyncProperty(anySeed, (seed) =>
        withFilledLake(seed, oneMinute, async ({ queries, events, windows }, random) => {
          for (let question = 0; question < 12; question += 1) {
            const range = randomRange(random, random() < 0.5 ? 60 * SECOND_US : 1);
            const width = random() < 0.4 ? 10 : 10 + Math.floor(random() * random() * 2000);
            const targetId = random() < 0.7 ? 'a' : 'b';
            const probeId = anyProber(random);
            const series = await queries.series({ targetId, probeId, range, width }, never);
            const isOwn = (row: { target_id: string; probe_id: string }) =>
              row.target_id === targetId && (probeId === null || row.probe_id === probeId);
            const own = events.filter(isOwn);
            expect(series.timestampUs.length).toBeLessThanOrEqual(Math.min(2 * width, 2000));
            if (series.kind === 'raw') expectPoints(series, own, range);
            else expectBuckets(series, own, windows.filter(isOwn), range);
          }
        }),
      ),
      { numRuns: 5 },
    );
  });

  it('give the totals and percentiles of a range that begins and ends anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(anySeed, (seed) =>
        withFilledLake(seed, changedLength, async ({ queries, events }, random) => {
          for (let question = 0; question < 8; question += 1) {
            const range = randomRange(random, random() < 0.3 ? 60 * SECOND_US : 1);
            const targetId = [null, 'a', 'b'][question % 3] ?? null;
            const probeId = anyProber(random);
            const own = events.filter(
              (event) =>
                (targetId === null || event.target_id === targetId) &&
                (probeId === null || event.probe_id === probeId),
            );
            const expected = naiveSums(own, range);
            const totals = await queries.totals(targetId, range, never, probeId);
            expect(totals).toMatchObject({
              totalPings: expected.total,
              errorCount: expected.errors,
              degradedCount: expected.degraded,
              unknownCount: expected.unknown,
              missedCount: expected.missed,
              censoredCount: expected.censored,
              lateCount: expected.late,
              minMs: expected.latencies[0] ?? null,
              maxMs: expected.latencies.at(-1) ?? null,
            });
            expectClose(totals.avgMs, naiveAverage(expected), 1e-9);

            const percentiles = await queries.percentiles(targetId, range, never, probeId);
            expect(percentiles.completed).toBe(expected.latencies.length);
            expect(percentiles.censored).toBe(expected.censored);
            expectClose(percentiles.p50Ms, naivePercentile(expected, 50), 0.0111);
            expectClose(percentiles.p90Ms, naivePercentile(expected, 90), 0.0111);
            expectClose(percentiles.p95Ms, naivePercentile(expected, 95), 0.0111);
            expectClose(percentiles.p99Ms, naivePercentile(expected, 99), 0.0111);
            expect(percentiles.p999Ms ?? 0).toBeLessThanOrEqual(Math.max(0, ...expected.latencies));
            expectClose(percentiles.p999Ms, naivePercentile(expected, 99.9), 0.0111);
          }
        }),
      ),
      { numRuns: 5 },
    );
  });

  it('give the last windows, their number, and the newest row of every target and prober', async () => {
    await fc.assert(
      fc.asyncProperty(anySeed, (seed) =>
        withFilledLake(seed, oneMinute, async ({ queries, events, windows }) => {
          expect(await queries.countWindows(never)).toBe(windows.length);
          const newestFirst = [...windows].sort(
            (a, b) => b.start_time - a.start_time || (windowKeyOf(a) < windowKeyOf(b) ? -1 : 1),
          );
          expect(await queries.lastWindows(null, 10, never)).toEqual(newestFirst.slice(0, 10));
          expect(await queries.lastWindows('b', 2000, never)).toEqual(
            newestFirst.filter((row) => row.target_id === 'b'),
          );
          expect(await queries.lastWindows('b', 2000, never, PROBERS[1])).toEqual(
            newestFirst.filter((row) => row.target_id === 'b' && row.probe_id === PROBERS[1]),
          );

          const newest = await queries.newestByTarget(never);
          const whose = (event: ProbeEvent) => `${event.target_id} of ${event.probe_id}`;
          expect(newest.map(whose).sort()).toEqual([...new Set(events.map(whose))].sort());
          for (const event of newest) {
            const lastUs = (one: ProbeEvent) => one.missed_until ?? one.timestamp;
            const own = events.filter((one) => whose(one) === whose(event) && one.is_final_attempt);
            expect(lastUs(event)).toBe(Math.max(...own.map(lastUs)));
            expect(own).toContainEqual(event);
          }
        }),
      ),
      { numRuns: 4 },
    );
  });

  it('make a series of windows whose length changed inside the range', () =>
    withFilledLake(7, changedLength, async ({ queries, events, windows }) => {
      const own = events.filter((event) => event.target_id === 'a');
      const range = { fromUs: START_US, toUs: START_US + 1200 * SECOND_US };
      const fine = await queries.series({ targetId: 'a', range, width: 50 }, never);
      expect(fine).toMatchObject({ kind: 'bucket', source: 'raw', bucketUs: 15 * SECOND_US });
      expectBuckets(fine, own, windows, range);
      const coarse = await queries.series({ targetId: 'a', range, width: 10 }, never);
      expect(coarse).toMatchObject({ kind: 'bucket', source: 'windows', bucketUs: 60 * SECOND_US });
      expectBuckets(
        coarse,
        own,
        windows.filter((row) => row.target_id === 'a'),
        range,
      );
    }));
});

/** 10 s for ten minutes, then one minute. */
const changedLength = [
  { fromUs: 0, windowMs: 10_000 },
  { fromUs: START_US + 600 * SECOND_US, windowMs: 60_000 },
];

function expectPoints(series: Series, events: readonly ProbeEvent[], range: Range): void {
  const expected = events
    .filter((event) => event.is_final_attempt)
    .map((event) => ({
      event,
      inside: instantsOf(event).filter((us) => us >= range.fromUs && us < range.toUs),
    }))
    .filter(({ inside }) => inside.length > 0)
    .sort(
      (a, b) =>
        a.inside[0]! - b.inside[0]! ||
        (a.event.probe_id < b.event.probe_id ? -1 : a.event.probe_id > b.event.probe_id ? 1 : 0) ||
        a.event.seq - b.event.seq,
    );
  expect(series.timestampUs).toEqual(expected.map(({ inside }) => inside[0]));
  const probers = expected.map(({ event }) => event.probe_id);
  if (new Set(probers).size < 2) expect(series.probers).toEqual({ ids: [...new Set(probers)], of: [] });
  else expect(series.probers?.of.map((at) => series.probers?.ids[at])).toEqual(probers);
  expect(series.outcome).toEqual(expected.map(({ event }) => event.outcome));
  expect(series.latencyMs).toEqual(expected.map(({ event }) => event.latency_ms));
  expect(series.missed).toEqual(
    expected.map(({ event, inside }) => (event.outcome === 'missed' ? inside.length : 0)),
  );
  expect(series.errors).toEqual(expected.map(({ event }) => (event.outcome === 'down' ? 1 : 0)));
}

function expectBuckets(
  series: Series,
  events: readonly ProbeEvent[],
  windows: readonly WindowRow[],
  range: Range,
): void {
  const bucketUs = series.bucketUs!;
  const whole = alignRange(range, bucketUs);
  const seen = new Map(series.timestampUs.map((us, index) => [us, index]));
  expect(series.timestampUs).toEqual([...seen.keys()].sort((a, b) => a - b));
  for (let fromUs = whole.fromUs; fromUs < whole.toUs; fromUs += bucketUs) {
    const bucket = { fromUs, toUs: fromUs + bucketUs };
    const sums = naiveSums(events, bucket);
    const index = seen.get(fromUs);
    if (sums.total + sums.unknown + sums.missed === 0) {
      expect(index).toBeUndefined();
      continue;
    }
    expect(pointAt(series, index!)).toEqual({
      total: sums.total,
      errors: sums.errors,
      degraded: sums.degraded,
      unknown: sums.unknown,
      missed: sums.missed,
      min: sums.latencies[0] ?? null,
      max: sums.latencies.at(-1) ?? null,
    });
    expectClose(series.latencyMs[index!]!, naiveAverage(sums), 1e-9);
    const rows = windows.filter((row) => row.start_time >= bucket.fromUs && row.start_time < bucket.toUs);
    expectPercentiles(series, index!, sums, rows);
  }
}

function expectPercentiles(series: Series, index: number, sums: NaiveSums, rows: readonly WindowRow[]): void {
  const given = [series.p50Ms[index], series.p95Ms[index], series.p99Ms[index]];
  const exact = series.source === 'raw' || rows.length === 1;
  const histogram = mergeHistograms(
    rows.map((row) => ({ offset: row.hist_offset, counts: row.hist_counts })),
  );
  const censored = rows.reduce((sum, row) => sum + row.censored_count, 0);
  expect(given).toEqual(
    [50, 95, 99].map((percent) =>
      exact ? naivePercentile(sums, percent) : percentileOf(histogram, censored, percent),
    ),
  );
}

function pointAt(series: Series, index: number) {
  return {
    total: series.total[index],
    errors: series.errors[index],
    degraded: series.degraded[index],
    unknown: series.unknown[index],
    missed: series.missed[index],
    min: series.minMs[index],
    max: series.maxMs[index],
  };
}

function expectClose(given: number | null, expected: number | null, relative: number): void {
  if (given === null || expected === null) expect(given).toBe(expected);
  else expect(Math.abs(given - expected)).toBeLessThanOrEqual(expected * relative);
}
