import { describe, expect, it } from 'vitest';
import type { Aggregator } from './aggregator';
import { createAggregator } from './create-aggregator';
import { recomputeWindows } from './recompute';
import { eventOf, gapOf, SECOND_US, START_US } from './testing-events';

const MINUTE_US = 60 * SECOND_US;
const HOUR_US = 60 * MINUTE_US;

let seq = 0;
/** An event so many seconds after the start. */
const at = (seconds: number, fields: Parameters<typeof eventOf>[0] = {}) => {
  seq += 1;
  return eventOf({ timestamp: START_US + seconds * SECOND_US, seq, ...fields });
};
const gap = (fromSeconds: number, count: number, stepSeconds = 1, fields = {}) => {
  seq += 1;
  const timestamp = START_US + fromSeconds * SECOND_US;
  const missed_until = timestamp + (count - 1) * stepSeconds * SECOND_US;
  return gapOf({ timestamp, seq, missed_count: count, missed_until, ...fields });
};
const minutes = (watermarkMs = 60_000): Aggregator => createAggregator({ windowMs: 60_000, watermarkMs });
const drain = (aggregator: Aggregator) => aggregator.drainClosed(Number.POSITIVE_INFINITY);

describe('a window', () => {
  it('closes when the watermark reaches its end, and is drained once', () => {
    const windows = minutes();
    for (let second = 0; second < 120; second += 1) windows.ingest(at(second));
    expect(windows.watermarkUs).toBe(START_US + 59 * SECOND_US);
    expect(drain(windows)).toEqual([]);
    windows.ingest(at(120));
    expect(drain(windows)).toMatchObject([
      {
        start_time: START_US,
        end_time: START_US + MINUTE_US,
        window_ms: 60_000,
        total_pings: 60,
        uptime_pct: 100,
        coverage_pct: 100,
        is_final: true,
      },
    ]);
    expect(drain(windows)).toEqual([]);
  });

  it('shows provisionally until it is drained', () => {
    const windows = minutes();
    windows.ingest(at(0));
    windows.ingest(at(121));
    expect(windows.openCount()).toBe(1);
    expect(windows.provisional().map((row) => [row.total_pings, row.is_final])).toEqual([
      [1, false],
      [1, false],
    ]);
    drain(windows);
    expect(windows.provisional()).toMatchObject([{ start_time: START_US + 2 * MINUTE_US }]);
  });

  it('gives changed rows once, also after they were asked for as a whole', () => {
    const windows = minutes();
    windows.ingest(at(0));
    windows.ingest(at(60));
    windows.provisional();
    expect(windows.takeChanged()).toHaveLength(2);
    windows.ingest(at(1));
    expect(windows.takeChanged()).toMatchObject([{ start_time: START_US, total_pings: 2 }]);
    expect(windows.takeChanged()).toEqual([]);
  });

  it('ranks timeouts above every latency and counts only responses that completed', () => {
    const windows = minutes();
    for (const latency_ms of [30, 10, 20]) windows.ingest(at(1, { latency_ms }));
    windows.ingest(at(2, { outcome: 'down', failure_phase: 'assertion', latency_ms: 40, status_code: 500 }));
    windows.ingest(at(3, { outcome: 'down', failure_phase: 'timeout', latency_ms: 10_000 }));
    windows.ingest(at(4, { outcome: 'down', failure_phase: 'connect', latency_ms: null }));
    windows.ingest(at(5, { outcome: 'unknown', failure_phase: 'timeout', latency_ms: 10_000 }));
    expect(windows.provisional()).toMatchObject([
      {
        total_pings: 6,
        error_count: 3,
        uptime_pct: 50,
        censored_count: 1,
        unknown_count: 1,
        avg_latency: 25,
        min_latency: 10,
        max_latency: 40,
        p50_latency: 30,
        p95_latency: null,
        latency_sum_us: 100_000,
        coverage_pct: (100 * 6) / 7,
      },
    ]);
  });

  it('counts final attempts only, and every attempt after the first as a retry', () => {
    const windows = minutes();
    const failed = { outcome: 'down', failure_phase: 'connect', latency_ms: null } as const;
    windows.ingest(at(0, { ...failed, is_final_attempt: false }));
    windows.ingest(at(0, { ...failed, attempt: 2, is_final_attempt: false }));
    windows.ingest(at(0, { attempt: 3 }));
    expect(windows.provisional()).toMatchObject([{ total_pings: 1, error_count: 0, retry_count: 2 }]);
  });

  it('has the address of the newest row by due instant and number', () => {
    const windows = minutes();
    windows.ingest(at(5, { url: 'http://new.example/' }));
    windows.ingest(at(5, { url: 'http://newest.example/' }));
    windows.ingest(at(4, { url: 'http://old.example/' }));
    expect(windows.provisional()).toMatchObject([{ url: 'http://newest.example/' }]);
  });
});

describe('lateness', () => {
  it('is decided by the window of the due instant, not by the watermark itself', () => {
    const windows = minutes();
    windows.ingest(at(150));
    expect(windows.watermarkUs).toBe(START_US + 90 * SECOND_US);
    expect(windows.ingest(at(61))).toBe(false);
    expect(windows.ingest(at(59))).toBe(true);
  });

  it('still counts in a window that is not drained, and makes a drained one dirty', () => {
    const windows = minutes();
    windows.ingest(at(0));
    windows.ingest(at(120));
    expect(windows.ingest(at(1))).toBe(true);
    expect(windows.dirty()).toEqual([]);
    expect(drain(windows)).toMatchObject([{ total_pings: 2, late_count: 1 }]);
    expect(windows.ingest(at(2))).toBe(true);
    const keys = windows.dirty();
    expect(keys).toEqual([{ target_id: 'shop', probe_id: 'home-0a1b2c3d', start_time: START_US }]);
    windows.clearDirty(keys);
    expect(windows.dirty()).toEqual([]);
  });

  it('makes a window dirty in which nothing had been due', () => {
    const windows = minutes();
    windows.ingest(at(600));
    drain(windows);
    const late = at(100);
    expect(windows.ingest(late)).toBe(true);
    const rows = recomputeWindows([{ ...late, late: true }], windows.dirty(), windows.lengths);
    expect(rows).toMatchObject([{ start_time: START_US + MINUTE_US, total_pings: 1, late_count: 1 }]);
  });

  it('keeps the watermark where it is when more lateness is allowed', () => {
    const windows = minutes(1_000);
    windows.ingest(at(100));
    windows.setAllowedLateness(60_000);
    windows.ingest(at(101));
    expect(windows.watermarkUs).toBe(START_US + 99 * SECOND_US);
  });

  it('of an idle partition follows the clock, but never back', () => {
    const windows = minutes();
    windows.advanceIdle(START_US);
    expect(windows.watermarkUs).toBeNull();
    windows.ingest(at(0));
    windows.advanceIdle(START_US + 2 * MINUTE_US);
    expect(drain(windows)).toHaveLength(1);
    windows.advanceIdle(START_US);
    expect(windows.watermarkUs).toBe(START_US + MINUTE_US);
  });
});

describe('a gap', () => {
  it('gives a row to every window that was wholly missed, and none where nothing was due', () => {
    const windows = minutes();
    windows.ingest(gap(0, 3, 120));
    windows.advanceIdle(START_US + HOUR_US);
    expect(drain(windows).map((row) => [(row.start_time - START_US) / MINUTE_US, row.missed_count])).toEqual([
      [0, 1],
      [2, 1],
      [4, 1],
    ]);
  });

  it('has rows with no latency, no uptime and no coverage, under the address of the missed row', () => {
    const windows = minutes();
    windows.ingest(gap(0, 1, 1, { missed_until: null, missed_count: null, url: 'http://gone.example/' }));
    expect(windows.provisional()).toMatchObject([
      {
        url: 'http://gone.example/',
        total_pings: 0,
        missed_count: 1,
        uptime_pct: null,
        avg_latency: null,
        p99_latency: null,
        coverage_pct: 0,
        hist_counts: [],
      },
    ]);
  });

  it('moves the watermark by its first instant alone', () => {
    const windows = minutes();
    windows.ingest(gap(0, 600));
    expect(windows.watermarkUs).toBe(START_US - MINUTE_US);
  });

  it('that comes late makes drained windows dirty and counts in the others', () => {
    const windows = minutes();
    windows.ingest(at(240));
    drain(windows);
    expect(windows.ingest(gap(60, 300))).toBe(true);
    expect(windows.dirty().map((key) => (key.start_time - START_US) / MINUTE_US)).toEqual([1, 2]);
    windows.advanceIdle(START_US + HOUR_US);
    expect(drain(windows).map((row) => [row.missed_count, row.total_pings, row.late_count])).toEqual([
      [60, 0, 0],
      [60, 1, 0],
      [60, 0, 0],
    ]);
  });

  it('of a week and many targets is held as it is and drained piece by piece', () => {
    const windows = minutes();
    const targets = Array.from({ length: 20 }, (_, index) => `target-${index}`);
    const week = 7 * 86_400;
    for (const target_id of targets) windows.ingest(gap(0, week, 1, { target_id }));
    expect(windows.openCount()).toBeLessThan(20 * 20);
    for (const target_id of targets) windows.ingest(at(week, { target_id }));
    let rows = 0;
    let missed = 0;
    for (let part = windows.drainClosed(5_000); part.length > 0; part = windows.drainClosed(5_000)) {
      rows += part.length;
      missed += part.reduce((sum, row) => sum + row.missed_count, 0);
    }
    expect(rows).toBe(20 * (7 * 1440 - 1));
    expect(missed).toBe(20 * (week - 60));
  });

  it('of days that comes late is one entry, handed out in parts', () => {
    const windows = minutes();
    windows.ingest(at(3 * 86_400));
    drain(windows);
    windows.ingest(gap(0, 86_400));
    expect(windows.snapshot().dirty).toHaveLength(1);
    const first = windows.dirty(100);
    expect(first).toHaveLength(100);
    windows.clearDirty(first);
    expect(windows.dirty(1)).toMatchObject([{ start_time: START_US + 100 * MINUTE_US }]);
    expect(windows.dirty()).toHaveLength(1340);
  });
});

describe('a change of the window length', () => {
  it('begins at the next instant aligned to both, after now and everything seen', () => {
    const windows = minutes();
    windows.ingest(at(130));
    expect(windows.changeWindow(300_000, START_US)).toBe(START_US + 5 * MINUTE_US);
    windows.ingest(at(299));
    windows.ingest(at(301));
    expect(windows.provisional().map((row) => [row.start_time - START_US, row.window_ms])).toEqual([
      [2 * MINUTE_US, 60_000],
      [4 * MINUTE_US, 60_000],
      [5 * MINUTE_US, 300_000],
    ]);
  });

  it('waits for the end of a gap that is known already', () => {
    const windows = minutes();
    windows.ingest(gap(0, 1000));
    expect(windows.changeWindow(120_000, START_US)).toBe(START_US + 18 * MINUTE_US);
  });

  it('that has not begun is replaced, or taken back', () => {
    const windows = minutes();
    windows.changeWindow(300_000, START_US);
    windows.changeWindow(3_600_000, START_US);
    expect(windows.lengths).toEqual([
      { fromUs: 0, windowMs: 60_000 },
      { fromUs: START_US + HOUR_US, windowMs: 3_600_000 },
    ]);
    expect(windows.changeWindow(60_000, START_US)).toBe(0);
    expect(windows.lengths).toEqual([{ fromUs: 0, windowMs: 60_000 }]);
  });

  it('leaves late events of an older era in windows of that era', () => {
    const windows = minutes();
    windows.ingest(at(0));
    windows.changeWindow(300_000, START_US);
    windows.ingest(at(3600));
    drain(windows);
    windows.ingest(at(61));
    windows.ingest(at(301));
    expect(windows.dirty().map((key) => (key.start_time - START_US) / MINUTE_US)).toEqual([1, 5]);
    const rows = recomputeWindows([at(61), at(301)], windows.dirty(), windows.lengths);
    expect(rows.map((row) => row.window_ms)).toEqual([60_000, 300_000]);
  });
});

describe('a snapshot', () => {
  it('taken while closed windows wait reaches back to the oldest of them', () => {
    const windows = minutes();
    for (const target_id of ['b', 'a'])
      for (const second of [0, 60]) windows.ingest(at(second, { target_id }));
    windows.ingest(at(600, { target_id: 'a' }));
    expect(windows.drainClosed(1)).toMatchObject([{ target_id: 'a', start_time: START_US }]);
    expect(windows.snapshot()).toMatchObject({
      drained: { endUs: START_US + MINUTE_US, last: { target_id: 'a' } },
      openFromUs: START_US,
    });
    drain(windows);
    expect(windows.snapshot()).toMatchObject({
      drained: { endUs: START_US + 9 * MINUTE_US, last: null },
      openFromUs: START_US + 9 * MINUTE_US,
    });
  });

  it('of a newer version is refused', () => {
    const snapshot = { ...minutes().snapshot(), version: 2 as 1 };
    expect(() => createAggregator({ windowMs: 60_000, watermarkMs: 60_000, snapshot })).toThrow(
      expect.objectContaining({ code: 'too_new' }),
    );
  });
});
