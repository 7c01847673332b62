import { describe, expect, it } from 'vitest';
import { KnownDues } from './known-dues';
import { missedOnce } from './missed-row';
import { probeTargetOf } from './prober-fixtures';

const SECOND_US = 1_000_000;
const DAY_US = 86_400 * SECOND_US;
const MIDNIGHT_US = Date.UTC(2030, 0, 2) * 1000;
const target = (id: string, fields: { intervalMs?: number; paused?: boolean } = {}) =>
  probeTargetOf({ id, url: 'http://h.example/', ...fields });

describe('a gap', () => {
  it('is one row per target and UTC day, in order of time over all targets', () => {
    const dues = new KnownDues();
    dues.start([
      { targetId: 'a', timestampUs: MIDNIGHT_US - 10 * SECOND_US },
      { targetId: 'b', timestampUs: MIDNIGHT_US - 4 * SECOND_US },
    ]);
    const rows = dues.gaps(
      [target('b', { intervalMs: 2000 }), target('a')],
      MIDNIGHT_US + 5 * SECOND_US,
      'closed',
    );
    expect(
      rows.map((row) => [
        row.target_id,
        (row.timestamp - MIDNIGHT_US) / SECOND_US,
        ((row.missed_until ?? 0) - MIDNIGHT_US) / SECOND_US,
        row.missed_count,
      ]),
    ).toEqual([
      ['a', -9, -1, 9],
      ['b', -2, -2, 1],
      ['b', 0, 4, 3],
      ['a', 0, 4, 5],
    ]);
    for (const row of rows) {
      expect(row).toMatchObject({ outcome: 'missed', failure_code: 'closed', is_final_attempt: true });
    }
  });

  it('of a year has a row for each day', () => {
    const dues = new KnownDues();
    dues.start([{ targetId: 'a', timestampUs: MIDNIGHT_US }]);
    const rows = dues.gaps([target('a')], MIDNIGHT_US + 365 * DAY_US, 'closed');
    expect(rows).toHaveLength(365);
    expect(rows.reduce((sum, row) => sum + (row.missed_count ?? 0), 0)).toBe(365 * 86_400 - 1);
  });

  it('is nothing for a target that is new, paused, not due yet, or ahead of the clock', () => {
    const dues = new KnownDues();
    dues.start([
      { targetId: 'paused', timestampUs: MIDNIGHT_US - DAY_US },
      { targetId: 'recent', timestampUs: MIDNIGHT_US - 500_000 },
      { targetId: 'ahead', timestampUs: MIDNIGHT_US + DAY_US },
    ]);
    const targets = [target('new'), target('paused', { paused: true }), target('recent'), target('ahead')];
    expect(dues.gaps(targets, MIDNIGHT_US, 'closed')).toEqual([]);
  });

  it('starts after the last final attempt or missed instant that was seen', () => {
    const dues = new KnownDues();
    const a = target('a');
    dues.start([]);
    dues.setTargets([a], MIDNIGHT_US);
    const row = missedOnce(
      { targetId: 'a', url: '', configVersion: 1 },
      MIDNIGHT_US + 3 * SECOND_US,
      'running',
    );
    dues.note([
      row,
      { ...row, timestamp: MIDNIGHT_US + 9 * SECOND_US, missed_until: null, is_final_attempt: false },
    ]);
    expect(dues.gaps([a], MIDNIGHT_US + 6 * SECOND_US, 'crashed')).toMatchObject([
      { timestamp: MIDNIGHT_US + 4 * SECOND_US, missed_count: 2, failure_code: 'worker_crashed' },
    ]);
  });

  it('counts a target that was never probed from its first instant, and one that was paused from its return', () => {
    const dues = new KnownDues();
    const [a, paused] = [target('a'), target('a', { paused: true })];
    dues.setTargets([a], MIDNIGHT_US);
    expect(dues.gaps([a], MIDNIGHT_US + 2 * SECOND_US, 'crashed')).toMatchObject([{ missed_count: 2 }]);
    dues.setTargets([paused], MIDNIGHT_US + 10 * SECOND_US);
    dues.setTargets([a], MIDNIGHT_US + 60 * SECOND_US);
    expect(dues.gaps([a], MIDNIGHT_US + 61 * SECOND_US, 'crashed')).toMatchObject([
      { timestamp: MIDNIGHT_US + 60 * SECOND_US, missed_count: 1 },
    ]);
  });
});
