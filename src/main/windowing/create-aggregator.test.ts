import { describe, expect, it } from 'vitest';
import { createAggregator, snapshotAt } from './create-aggregator';
import { recomputeWindows } from './recompute';
import { SECOND_US, START_US } from './testing-events';
import { at, drain, gap, HOUR_US, MINUTE_US, minutes } from './testing-windows';

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

  it('made up from a watermark leaves what ended before to recomputation', () => {
    const snapshot = snapshotAt(START_US + 90 * SECOND_US, 60_000);
    expect(snapshot.openFromUs).toBe(START_US + MINUTE_US);
    const restoredRows = [gap(-86_400, 86_400 + 100), at(100)];
    const windows = createAggregator({ windowMs: 60_000, watermarkMs: 60_000, snapshot, restoredRows });
    expect(windows.ingest(at(0))).toBe(true);
    expect(windows.dirty()).toMatchObject([{ start_time: START_US }]);
    windows.advanceIdle(START_US + HOUR_US);
    expect(drain(windows)).toMatchObject([
      { start_time: START_US + MINUTE_US, missed_count: 40, total_pings: 1 },
    ]);
  });

  it('of a newer version is refused', () => {
    const snapshot = { ...minutes().snapshot(), version: 2 as 1 };
    expect(() => createAggregator({ windowMs: 60_000, watermarkMs: 60_000, snapshot })).toThrow(
      expect.objectContaining({ code: 'too_new' }),
    );
  });
});
