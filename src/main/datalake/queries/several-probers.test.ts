import { describe, expect, it } from 'vitest';
import type { ProbeEvent } from '../../../shared/domain/probe-event';
import type { WindowRow } from '../../../shared/domain/window-row';
import { naiveWindows } from '../../windowing/testing-naive';
import {
  ask,
  createTestClock,
  eventOf,
  newLake,
  noProgress,
  START_US,
  windowOf,
  withFolder,
} from '../lake-fixtures';
import { createLakeQueries } from './create-lake-queries';

const SECOND_US = 1_000_000;
const MINUTE_US = 60 * SECOND_US;
const never = new AbortController().signal;
const [LIMA, MADRID] = ['lima-00000001', 'madrid-00000002'];
const range = { fromUs: START_US, toUs: START_US + 5 * MINUTE_US };

const timeout = {
  outcome: 'down',
  latency_ms: null,
  failure_phase: 'timeout',
  failure_code: 'timeout_response',
} as const;

/**
 * Two probers ask `shop` at the same instants for five minutes, with different answers: Lima always gets one, about 20 ms long;
 * Madrid's take 200 ms, each fifth a timeout, and in the fourth minute nothing was learned. Only Lima asks `mail`.
 */
function disputed(): ProbeEvent[] {
  const events: ProbeEvent[] = [];
  for (let second = 0; second < 300; second += 1) {
    const timestamp = START_US + second * SECOND_US;
    const lima = { timestamp, probe_id: LIMA };
    events.push(eventOf(2 * second + 1, { ...lima, latency_ms: 20 + (second % 7) }));
    events.push(eventOf(2 * second + 2, { ...lima, target_id: 'mail', latency_ms: 5 }));
    const offline = second >= 180 && second < 240 ? ({ outcome: 'unknown', latency_ms: null } as const) : {};
    const answer = second % 5 === 0 ? timeout : { latency_ms: 200 + (second % 11) };
    events.push(eventOf(second + 1, { timestamp, probe_id: MADRID, ...answer, ...offline }));
  }
  return events;
}

type Lake = ReturnType<typeof newLake>;
type Queries = ReturnType<typeof createLakeQueries>;

/** Raw rows and the older windows in files, the newer half of the windows in memory. */
async function withLake(test: (queries: Queries, lake: Lake, windows: WindowRow[]) => Promise<void>) {
  await withFolder(async (directory) => {
    const lake = newLake(directory);
    await lake.writer.open();
    const events = disputed();
    lake.writer.append(events.slice(0, 500));
    await lake.writer.flushRaw();
    lake.writer.append(events.slice(500));
    const windows = naiveWindows(events, [{ fromUs: 0, windowMs: 60_000 }]);
    const inMemory = windows.filter(
      (row) => row.start_time >= START_US + (row.probe_id === LIMA ? 3 : 2) * MINUTE_US,
    );
    await lake.writer.upsertWindows(windows.filter((row) => !inMemory.includes(row)));
    await lake.writer.commit(noProgress);
    const clock = createTestClock(range.toUs);
    const queries = createLakeQueries({
      views: lake.views,
      overlay: () => inMemory,
      clock,
      stats: lake.stats,
    });
    try {
      await test(queries, lake, windows);
    } finally {
      await queries.close();
      await lake.writer.close();
    }
  });
}

const numbers = (rows: unknown[][]): number[] => (rows[0] ?? []).map(Number);

describe('one target measured by two probers at the same instants', () => {
  it('has together the sums of both, and by prober each its own, as plain SQL counts them', () =>
    withLake(async (queries, lake) => {
      for (const probeId of [null, LIMA, MADRID]) {
        const whose = probeId === null ? '' : `AND probe_id = '${probeId}'`;
        const [total, errors, unknown, sumMs, least, most] = numbers(
          await ask(
            lake,
            ({ raw }) => `SELECT count(*) FILTER (WHERE outcome IN ('up', 'degraded', 'down')),
              count(*) FILTER (WHERE outcome = 'down'), count(*) FILTER (WHERE outcome = 'unknown'),
              avg(latency_ms), min(latency_ms), max(latency_ms)
            FROM ${raw} WHERE target_id = 'shop' ${whose}`,
          ),
        ) as [number, number, number, number, number, number];
        const totals = await queries.totals('shop', range, never, probeId);
        expect(totals).toMatchObject({ totalPings: total, errorCount: errors, unknownCount: unknown });
        expect(totals).toMatchObject({ minMs: least, maxMs: most });
        expect(totals.avgMs).toBeCloseTo(sumMs, 6);
        expect(totals.uptimePct).toBeCloseTo(((total - errors) / total) * 100, 10);
        expect(totals.coveragePct).toBeCloseTo((100 * total) / (total + unknown), 10);

        const [shop] = (await queries.uptimes([300_000], never, probeId)).filter(
          ({ targetId }) => targetId === 'shop',
        );
        expect(shop?.spans[0]).toMatchObject({
          totalPings: total,
          errorCount: errors,
          unknownCount: unknown,
          uptimePct: totals.uptimePct,
          coveragePct: totals.coveragePct,
        });
      }
    }));

  it('has percentiles over all attempts, which no mean of two percentiles gives', () =>
    withLake(async (queries, lake) => {
      for (const probeId of [null, LIMA, MADRID]) {
        const whose = probeId === null ? '' : `AND probe_id = '${probeId}'`;
        const exact = numbers(
          await ask(
            lake,
            ({ raw }) => `SELECT quantile_disc(coalesce(latency_ms, 1e9), 0.5),
              quantile_disc(coalesce(latency_ms, 1e9), 0.9), quantile_disc(coalesce(latency_ms, 1e9), 0.95)
            FROM ${raw} WHERE target_id = 'shop' AND outcome <> 'unknown' ${whose}`,
          ),
        );
        const { p50Ms, p90Ms, p95Ms } = await queries.percentiles('shop', range, never, probeId);
        [p50Ms, p90Ms, p95Ms].forEach((ms, at) => {
          const expected = exact[at]!;
          if (expected === 1e9) expect(ms).toBeNull();
          else expect(Math.abs(ms! / expected - 1)).toBeLessThanOrEqual(0.011);
        });
      }
      const [both, lima, madrid] = await Promise.all(
        [null, LIMA, MADRID].map((probeId) => queries.percentiles('shop', range, never, probeId)),
      );
      expect(both!.p50Ms).toBeLessThan(30);
      expect((lima!.p50Ms! + madrid!.p50Ms!) / 2).toBeGreaterThan(100);
    }));

  it('keeps each attempt with its prober while there is room for them, and merges buckets where there is none', () =>
    withLake(async (queries, lake) => {
      const raw = await queries.series({ targetId: 'shop', range, width: 500 }, never);
      expect(raw.kind).toBe('raw');
      expect(raw.timestampUs).toHaveLength(600);
      expect(raw.probers?.ids).toEqual([LIMA, MADRID]);
      expect(raw.probers?.of.slice(0, 4)).toEqual([0, 1, 0, 1]);
      expect(raw.outcome?.slice(0, 4)).toEqual(['up', 'down', 'up', 'up']);
      const one = await queries.series({ targetId: 'shop', probeId: MADRID, range, width: 500 }, never);
      expect(one.probers).toEqual({ ids: [MADRID], of: [] });
      expect(one.latencyMs).toEqual(raw.latencyMs.filter((_, at) => raw.probers?.of[at] === 1));

      const buckets = await queries.series({ targetId: 'shop', range, width: 10 }, never);
      expect(buckets).toMatchObject({ kind: 'bucket', probers: null });
      const rows = await ask(
        lake,
        ({ raw: table }) => `SELECT epoch_us(timestamp) // ${buckets.bucketUs} * ${buckets.bucketUs},
          count(*) FILTER (WHERE outcome <> 'unknown'), count(*) FILTER (WHERE outcome = 'down'),
          quantile_disc(CASE WHEN outcome <> 'unknown' THEN coalesce(latency_ms, 1e9) END, 0.5)
        FROM ${table} WHERE target_id = 'shop' GROUP BY 1 ORDER BY 1`,
      );
      expect(buckets.timestampUs).toEqual(rows.map(([at]) => Number(at)));
      expect(buckets.total).toEqual(rows.map(([, total]) => Number(total)));
      expect(buckets.errors).toEqual(rows.map(([, , errors]) => Number(errors)));
      rows.forEach(([, , , p50], at) => {
        expect(Math.abs(buckets.p50Ms[at]! / Number(p50) - 1)).toBeLessThanOrEqual(0.011);
      });
    }));

  it('has one beat per minute, with merged counts and ranks, in files and in memory alike', () =>
    withLake(async (queries, lake) => {
      const of = { perTarget: 60, windowMs: 60_000 };
      const beats = async (probeId: string | null) => {
        const all = await queries.heartbeats({ ...of, probeId }, never);
        return all.find(({ targetId }) => targetId === 'shop')?.beats ?? [];
      };
      const rows = await ask(
        lake,
        ({
          raw,
        }) => `SELECT count(*) FILTER (WHERE outcome <> 'unknown'), count(*) FILTER (WHERE outcome = 'down'),
          count(*) FILTER (WHERE outcome = 'unknown'),
          quantile_disc(CASE WHEN outcome <> 'unknown' THEN coalesce(latency_ms, 1e9) END, [0.5, 0.95])
        FROM ${raw} WHERE target_id = 'shop' GROUP BY epoch_us(timestamp) // 60000000 ORDER BY min(timestamp)`,
      );
      const together = await beats(null);
      expect(together.map((beat) => [beat.totalPings, beat.errorCount, beat.unknownCount])).toEqual(
        rows.map(([total, errors, unknown]) => [Number(total), Number(errors), Number(unknown)]),
      );
      together.forEach((beat, at) => {
        const [p50, p95] = (rows[at]![3] as number[]).map(Number) as [number, number];
        expect(Math.abs(beat.p50Ms! / p50 - 1)).toBeLessThanOrEqual(0.011);
        if (p95 === 1e9) expect(beat.p95Ms).toBeNull();
        else expect(Math.abs(beat.p95Ms! / p95 - 1)).toBeLessThanOrEqual(0.011);
      });
      expect((await beats(LIMA)).map(({ totalPings, errorCount }) => [totalPings, errorCount])).toEqual(
        new Array(5).fill([60, 0]),
      );
      expect((await beats(MADRID)).map(({ totalPings, unknownCount }) => [totalPings, unknownCount])).toEqual(
        [60, 60, 60, 0, 60].map((total) => [total, 60 - total]),
      );
      expect(await queries.heartbeats({ ...of, perTarget: 2 }, never)).toMatchObject([
        { beats: [{}, {}] },
        { beats: [{}, {}] },
      ]);
    }));

  it('tells recent attempts, phases, windows and details by prober', () =>
    withLake(async (queries, _, windows) => {
      const recent = await queries.recent(300, never);
      expect(
        recent.map(({ targetId, probeId, timestampUs }) => [targetId, probeId, timestampUs.length]),
      ).toEqual([
        ['mail', LIMA, 299 + 1],
        ['shop', LIMA, 300],
        ['shop', MADRID, 300],
      ]);
      expect((await queries.recent(300, never, MADRID)).map(({ targetId }) => targetId)).toEqual(['shop']);
      const question = { targetId: 'shop', range, width: 500 };
      const together = await queries.phases(question, never);
      expect(together.count.slice(0, 3)).toEqual([1, 2, 2]);
      const madrid = await queries.phases({ ...question, probeId: MADRID }, never);
      expect(madrid.count).toHaveLength(192);
      const last = await queries.lastWindows('shop', 100, never, MADRID);
      expect(last.map(({ start_time }) => start_time)).toEqual(
        windows
          .filter((row) => row.probe_id === MADRID)
          .map(({ start_time }) => start_time)
          .reverse(),
      );
      const details = await queries.probes({ targetId: 'shop', range, limit: 4 }, never);
      expect(details.map(({ probe_id }) => probe_id).sort()).toEqual([LIMA, LIMA, MADRID, MADRID]);
      const own = await queries.probes({ targetId: 'shop', probeId: LIMA, range, limit: 4 }, never);
      expect(new Set(own.map(({ probe_id }) => probe_id))).toEqual(new Set([LIMA]));
    }));

  it('is told who measured it, from when to when', () =>
    withLake(async (queries) => {
      expect(await queries.probers(never)).toEqual([
        { probeId: LIMA, fromUs: START_US, toUs: range.toUs, targetIds: ['mail', 'shop'] },
        { probeId: MADRID, fromUs: START_US, toUs: range.toUs, targetIds: ['shop'] },
      ]);
    }));

  it('is compared prober by prober over any part of a range', () =>
    withLake(async (queries) => {
      const part = { fromUs: START_US + 90 * SECOND_US, toUs: START_US + 200 * SECOND_US };
      const { together, probers: compared } = await queries.compare('shop', part, never);
      expect(together.totals).toEqual(await queries.totals('shop', part, never));
      expect(compared.map(({ probeId }) => probeId)).toEqual([LIMA, MADRID]);
      for (const { probeId, totals, percentiles } of compared) {
        expect(totals).toEqual(await queries.totals('shop', part, never, probeId));
        expect(percentiles).toEqual(await queries.percentiles('shop', part, never, probeId));
      }
      expect(compared.map(({ totals }) => [totals.totalPings, totals.unknownCount])).toEqual([
        [110, 0],
        [90, 20],
      ]);
    }));

  it('has its newest row by each prober, also by one that fell silent', () =>
    withFolder(async (directory) => {
      const lake = newLake(directory);
      await lake.writer.open();
      const oldUs = START_US - 600 * MINUTE_US;
      lake.writer.append([
        eventOf(1, { probe_id: MADRID, timestamp: oldUs }),
        eventOf(1, { probe_id: LIMA, timestamp: START_US }),
      ]);
      await lake.writer.upsertWindows([
        windowOf(oldUs, { probe_id: MADRID }),
        windowOf(START_US, { probe_id: LIMA }),
      ]);
      const clock = createTestClock(START_US);
      const queries = createLakeQueries({ views: lake.views, overlay: () => [], clock, stats: lake.stats });
      const newest = await queries.newestByTarget(never);
      expect(newest.map(({ probe_id, timestamp }) => [probe_id, timestamp])).toEqual([
        [LIMA, START_US],
        [MADRID, oldUs],
      ]);
      await queries.close();
      await lake.writer.close();
    }));
});
