import { describe, expect, it } from 'vitest';
import {
  createTestClock,
  eventOf,
  newLake,
  noProgress,
  START_US,
  windowOf,
  withFolder,
} from '../lake-fixtures';
import { alignRange, chooseBucketUs } from './bucket-width';
import { createLakeQueries } from './create-lake-queries';

const SECOND_US = 1_000_000;
const HOUR_US = 3600 * SECOND_US;
const DAY_US = 24 * HOUR_US;
const never = new AbortController().signal;

async function withLake(
  test: (lake: ReturnType<typeof newLake>, queries: ReturnType<typeof createLakeQueries>) => Promise<void>,
): Promise<void> {
  await withFolder(async (directory) => {
    const lake = newLake(directory);
    await lake.writer.open();
    const clock = createTestClock(START_US + 90 * DAY_US);
    const queries = createLakeQueries({ views: lake.views, overlay: () => [], clock, stats: lake.stats });
    try {
      await test(lake, queries);
    } finally {
      await queries.close();
      await lake.writer.close();
    }
  });
}

describe('the width of buckets', () => {
  it('is the narrowest of the ladder that covers the range with so many aligned buckets', () => {
    const range = { fromUs: START_US + 1, toUs: START_US + DAY_US + 1 };
    expect(chooseBucketUs(range, 2000)).toBe(60 * SECOND_US);
    expect(chooseBucketUs(range, 1441)).toBe(60 * SECOND_US);
    expect(chooseBucketUs(range, 1440)).toBe(300 * SECOND_US);
    expect(alignRange(range, HOUR_US)).toEqual({ fromUs: START_US, toUs: START_US + 25 * HOUR_US });
  });

  it('is a multiple of every window length, and grows beyond a day', () => {
    const range = { fromUs: START_US, toUs: START_US + HOUR_US };
    expect(chooseBucketUs(range, 2000, [10 * SECOND_US, 60 * SECOND_US])).toBe(60 * SECOND_US);
    expect(chooseBucketUs(range, 2000, [7 * DAY_US])).toBeNull();
    expect(chooseBucketUs({ fromUs: 0, toUs: Number.MAX_SAFE_INTEGER }, 20)).toBe(8192 * DAY_US);
  });
});

describe('questions that reach far back', () => {
  it('take windows in coarser buckets where reading every attempt would take too long', () =>
    withLake(async (lake, queries) => {
      const hours = Array.from({ length: 60 }, (_, hour) =>
        windowOf(START_US + hour * HOUR_US, {
          end_time: START_US + (hour + 1) * HOUR_US,
          window_ms: 3_600_000,
          total_pings: 18_000,
          p50_latency: hour,
        }),
      );
      await lake.writer.upsertWindows(hours);
      await lake.writer.commit(noProgress);
      const range = { fromUs: START_US + 1, toUs: START_US + 60 * HOUR_US };
      const series = await queries.series({ targetId: 'shop', range, width: 1000 }, never);
      expect(series).toMatchObject({ kind: 'bucket', source: 'windows', bucketUs: HOUR_US });
      expect(series.timestampUs).toEqual(hours.map((row) => row.start_time));
      expect(series.p50Ms).toEqual(hours.map((row) => row.p50_latency));
    }));

  it('find the newest row of targets that fell silent days ago, and of none longer than that', () =>
    withLake(async (lake, queries) => {
      const newestUs = START_US + 30 * DAY_US;
      const ages = {
        now: 0,
        earlier: 2 * HOUR_US,
        together: 3 * DAY_US,
        alike: 3 * DAY_US,
        gap: 10 * DAY_US,
        old: 20 * DAY_US,
      };
      let seq = 0;
      for (const [target_id, ageUs] of Object.entries(ages)) {
        for (const extraUs of [5 * SECOND_US, 0]) {
          seq += 1;
          const timestamp = newestUs - ageUs - extraUs;
          lake.writer.append([
            target_id === 'gap' && extraUs === 0
              ? eventOf(seq, {
                  target_id,
                  timestamp: timestamp - HOUR_US,
                  outcome: 'missed',
                  missed_count: 3601,
                  missed_until: timestamp,
                })
              : eventOf(seq, { target_id, timestamp }),
          ]);
        }
        const lastUs = newestUs - ageUs;
        await lake.writer.upsertWindows([windowOf(lastUs - (lastUs % (60 * SECOND_US)), { target_id })]);
      }
      await lake.writer.flushRaw();
      await lake.writer.commit(noProgress);
      const newest = await queries.newestByTarget(never);
      expect(newest.map((event) => [event.target_id, event.seq]).sort()).toEqual([
        ['alike', 8],
        ['earlier', 4],
        ['gap', 10],
        ['now', 2],
        ['together', 6],
      ]);
      const asked = await queries.newestByTarget(never, ['now']);
      expect(asked.map((event) => event.target_id)).toEqual(['now']);
    }));

  it('find the last windows of a lake that has been silent for months', () =>
    withLake(async (lake, queries) => {
      const rows = Array.from({ length: 5 }, (_, day) => windowOf(START_US - day * 20 * DAY_US));
      await lake.writer.upsertWindows(rows);
      expect(await queries.lastWindows('shop', 4, never)).toEqual(rows.slice(0, 4));
      expect(await queries.lastWindows(null, 10, never)).toEqual(rows);
      expect(await queries.lastWindows('other', 10, never)).toEqual([]);
      expect(await queries.countWindows(never)).toBe(5);
    }));

  it('say of a lake without rows that there is nothing', () =>
    withLake(async (_, queries) => {
      const range = { fromUs: START_US, toUs: START_US + DAY_US };
      expect(await queries.series({ targetId: 'shop', range, width: 100 }, never)).toMatchObject({
        kind: 'raw',
        timestampUs: [],
      });
      expect(await queries.totals(null, range, never)).toMatchObject({
        windows: 0,
        uptimePct: null,
        avgMs: null,
      });
      expect(await queries.percentiles(null, range, never)).toMatchObject({ completed: 0, p50Ms: null });
      expect(await queries.lastWindows(null, 10, never)).toEqual([]);
      expect(await queries.newestByTarget(never)).toEqual([]);
      expect(await queries.countWindows(never)).toBe(0);
    }));

  it('are cancelled by their signal', () =>
    withLake(async (_, queries) => {
      const abort = new AbortController();
      const range = { fromUs: START_US, toUs: START_US + DAY_US };
      const asked = [
        queries.series({ targetId: 'shop', range, width: 100 }, abort.signal),
        queries.totals(null, range, abort.signal),
        queries.countWindows(AbortSignal.abort()),
      ].map((question) => expect(question).rejects.toMatchObject({ code: 'cancelled' }));
      abort.abort();
      await Promise.all(asked);
      expect(await queries.countWindows(never)).toBe(0);
    }));
});
