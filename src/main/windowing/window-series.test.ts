import { describe, expect, it } from 'vitest';
import { START_US } from './testing-events';
import { at, drain, gap, HOUR_US, MINUTE_US, minutes } from './testing-windows';

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
