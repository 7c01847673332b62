import { describe, expect, it } from 'vitest';
import { recomputeWindows } from './recompute';
import { START_US } from './testing-events';
import { at, drain, gap, HOUR_US, MINUTE_US, minutes } from './testing-windows';

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
