import { describe, expect, it } from 'vitest';
import type { WindowRow } from '../../../../shared/domain/window-row';
import { createTestClock, eventOf, newLake, START_US, windowOf, withFolder } from '../../lake-fixtures';
import { createLakeQueries } from '../create-lake-queries';

const MINUTE_US = 60_000_000;
const { signal } = new AbortController();

/** A lake with two windows in files, one of them replaced by one in memory, and attempts of which half are flushed. */
async function withLake(
  work: (queries: ReturnType<typeof createLakeQueries>) => Promise<void>,
): Promise<void> {
  await withFolder(async (directory) => {
    const lake = newLake(directory);
    await lake.writer.open();
    lake.writer.append([1, 2, 3].map((seq) => eventOf(seq)));
    await lake.writer.flushRaw();
    lake.writer.append([
      eventOf(4, { outcome: 'down', latency_ms: null, failure_phase: 'timeout', is_final_attempt: false }),
      eventOf(5, { outcome: 'down', latency_ms: null, failure_phase: 'timeout' }),
    ]);
    const counts = { total_pings: 60, error_count: 6, unknown_count: 0, missed_count: 0 };
    await lake.writer.upsertWindows([
      windowOf(START_US, counts),
      windowOf(START_US + MINUTE_US, { ...counts, is_final: false }),
    ]);
    const inMemory: WindowRow[] = [
      windowOf(START_US + MINUTE_US, { ...counts, error_count: 0, missed_count: 60 }),
    ];
    const clock = createTestClock(START_US + 2 * MINUTE_US);
    const queries = createLakeQueries({
      views: lake.views,
      overlay: () => inMemory,
      clock,
      stats: lake.stats,
    });
    await work(queries);
    await queries.close();
    await lake.writer.close();
  });
}

describe('what the overview asks of the lake', () => {
  it('gives the newest windows of every target, those in memory in the place of those in files', () =>
    withLake(async (queries) => {
      const [shop] = await queries.heartbeats({ perTarget: 60, windowMs: 60_000 }, signal);
      expect(
        shop?.beats.map(({ startUs, errorCount, missedCount }) => [startUs, errorCount, missedCount]),
      ).toEqual([
        [START_US, 6, 0],
        [START_US + MINUTE_US, 0, 60],
      ]);
      const [newest] = await queries.heartbeats({ perTarget: 1, windowMs: 60_000 }, signal);
      expect(newest?.beats.map(({ startUs }) => startUs)).toEqual([START_US + MINUTE_US]);
    }));

  it('sums uptime and coverage over each span from both', () =>
    withLake(async (queries) => {
      const [shop] = await queries.uptimes([3_600_000, 60_000], signal);
      expect(shop?.spans).toMatchObject([
        { spanMs: 3_600_000, totalPings: 120, errorCount: 6, missedCount: 60, uptimePct: 95 },
        { spanMs: 60_000, totalPings: 60, errorCount: 0, missedCount: 60, uptimePct: 100, coveragePct: 50 },
      ]);
      expect(shop?.spans[0]?.coveragePct).toBeCloseTo((100 * 120) / 180, 10);
    }));

  it('gives recent final attempts, flushed or not, and every attempt with its details', () =>
    withLake(async (queries) => {
      const [shop] = await queries.recent(600, signal);
      expect(shop?.outcome).toEqual(['up', 'up', 'up', 'down']);
      const range = { fromUs: START_US, toUs: START_US + MINUTE_US };
      const attempts = await queries.probes({ targetId: 'shop', range, limit: 3 }, signal);
      expect(attempts.map(({ seq, is_final_attempt }) => [seq, is_final_attempt])).toEqual([
        [5, true],
        [4, false],
        [3, true],
      ]);
      expect(attempts[2]).toMatchObject({ outcome: 'up', latency_ms: 12.34, ttfb_ms: 6 });
    }));

  it('gives no more recent attempts of a target than a sparkline can show, and those the newest', () =>
    withFolder(async (directory) => {
      const lake = newLake(directory);
      await lake.writer.open();
      lake.writer.append(
        Array.from({ length: 1000 }, (_, index) =>
          eventOf(index + 1, { timestamp: START_US + index * 200_000 }),
        ),
      );
      const clock = createTestClock(START_US + 200_000_000);
      const queries = createLakeQueries({ views: lake.views, overlay: () => [], clock, stats: lake.stats });
      const [shop] = await queries.recent(300, signal);
      expect(shop?.timestampUs).toHaveLength(600);
      expect(shop?.timestampUs.at(-1)).toBe(START_US + 999 * 200_000);
      await queries.close();
      await lake.writer.close();
    }));

  it('gives the phases of completed attempts, each of them while they are few', () =>
    withLake(async (queries) => {
      const range = { fromUs: START_US, toUs: START_US + MINUTE_US };
      const few = await queries.phases({ targetId: 'shop', range, width: 500 }, signal);
      expect(few).toMatchObject({ bucketUs: null, dnsMs: [1, 1, 1], ttfbMs: [6, 6, 6], count: [1, 1, 1] });
    }));
});
