import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProbeResult } from '../../shared/domain/probe-event';
import { BASE_US, resultOf, resultsOf } from './event-log-fixtures';
import { GapRows } from './gap-rows';

const SECOND_US = 1_000_000;
const DAY_US = 86_400 * SECOND_US;
const UNBOUNDED = Number.MAX_SAFE_INTEGER;
const URL = 'https://example.org/';

function collapse(results: readonly ProbeResult[], maxBytes = UNBOUNDED) {
  const gaps = new GapRows(maxBytes);
  const givenUp = results.filter((result) => gaps.add(result)).length;
  return { gaps, givenUp, rows: gaps.take(Number.MAX_SAFE_INTEGER) };
}

function short(row: ProbeResult | undefined) {
  return row === undefined ? null : [row.timestamp, row.missed_until, row.missed_count];
}

const at = (us: number, change: Partial<ProbeResult> = {}): ProbeResult =>
  resultOf(0, { timestamp: us, started_at: us, url: URL, ...change });

describe('rows for results that memory had no room for', () => {
  it('are one missed row per target for evenly spaced instants, and say why', () => {
    const results = [0, 1, 2, 3].flatMap((index) => [
      at(BASE_US + index * SECOND_US),
      at(BASE_US + index * 200_000, { target_id: 'web', outcome: 'down', config_version: 9 }),
    ]);
    const { rows, givenUp } = collapse(results);
    expect(givenUp).toBe(8);
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatchObject({
      target_id: 'api',
      url: URL,
      outcome: 'missed',
      failure_code: 'not_recorded',
      failure_phase: null,
      latency_ms: null,
      status_code: null,
      timestamp: BASE_US,
      missed_until: BASE_US + 3 * SECOND_US,
      missed_count: 4,
      attempt: 1,
      is_final_attempt: true,
    });
    expect(rows[1]).toMatchObject({ target_id: 'web', missed_count: 4, config_version: 9 });
  });

  it('do not count the attempts before the final one', () => {
    const { rows, givenUp } = collapse([
      at(BASE_US, { is_final_attempt: false, outcome: 'down' }),
      at(BASE_US, { attempt: 2 }),
      at(BASE_US + SECOND_US),
    ]);
    expect(givenUp).toBe(2);
    expect(rows.map(short)).toEqual([[BASE_US, BASE_US + SECOND_US, 2]]);
  });

  it('take over the count of what was missed before, without calling it given up', () => {
    const missed = at(BASE_US + 2 * SECOND_US, {
      outcome: 'missed',
      failure_code: 'asleep',
      missed_count: 4,
      missed_until: BASE_US + 5 * SECOND_US,
    });
    const { rows, givenUp } = collapse([
      at(BASE_US),
      at(BASE_US + SECOND_US),
      missed,
      at(BASE_US + 6 * SECOND_US),
    ]);
    expect(givenUp).toBe(3);
    expect(rows.map(short)).toEqual([[BASE_US, BASE_US + 6 * SECOND_US, 7]]);
  });

  it('begin anew where instants are missing, where the target was edited, and at midnight UTC', () => {
    const midnight = Math.ceil(BASE_US / DAY_US) * DAY_US;
    const gap = collapse([0, 1, 2, 60, 61].map((second) => at(BASE_US + second * SECOND_US)));
    expect(gap.rows.map((row) => row.missed_count)).toEqual([3, 2]);
    const edited = collapse(
      [1, 1, 2].map((config_version, index) => at(BASE_US + index * SECOND_US, { config_version })),
    );
    expect(edited.rows.map((row) => row.missed_count)).toEqual([2, 1]);
    const night = collapse([-2, -1, 0, 1].map((second) => at(midnight + second * SECOND_US)));
    expect(night.rows.map(short)).toEqual([
      [midnight - 2 * SECOND_US, midnight - SECOND_US, 2],
      [midnight, midnight + SECOND_US, 2],
    ]);
  });

  it('grow over uneven spacing, but never over midnight, when they would need too much memory themselves', () => {
    const uneven = Array.from({ length: 400 }, (_, index) => at(BASE_US + (index ** 2 + index) * 1000));
    const { gaps } = collapse(uneven, 10_000);
    expect(gaps.bytes).toBe(0);
    const bounded = new GapRows(10_000);
    for (const result of uneven) bounded.add(result);
    expect(bounded.bytes).toBeLessThan(11_000);
    expect(bounded.instants).toBe(400);
  });

  it('grow no more once they were taken, and come first when put back', () => {
    const gaps = new GapRows(UNBOUNDED);
    for (const result of resultsOf(0, 3)) gaps.add({ ...result, url: URL });
    const taken = gaps.take(10);
    gaps.add(at(BASE_US + 3 * SECOND_US));
    expect(taken.map((row) => row.missed_count)).toEqual([3]);
    gaps.putBack(taken);
    expect(gaps.take(10).map((row) => row.missed_count)).toEqual([3, 1]);
    expect(gaps.bytes).toBe(0);
  });

  it('stand for exactly the due instants that were collapsed, each at its own time', () => {
    const schedule = fc.record({
      target: fc.constantFrom('a', 'b', 'c'),
      intervalMs: fc.constantFrom(200, 1000, 60_000),
      first: fc.integer({ min: 0, max: 3 * 86_400_000 }),
      due: fc.array(fc.boolean(), { minLength: 1, maxLength: 60, size: 'max' }),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(schedule, { selector: (entry) => entry.target, maxLength: 3 }),
        (targets) => {
          const results = targets
            .flatMap(({ target, intervalMs, first, due }) =>
              due.flatMap((isDue, index) =>
                isDue
                  ? [at(BASE_US + (first + index * intervalMs) * 1000, { target_id: target, attempt: 1 })]
                  : [],
              ),
            )
            .sort((a, b) => a.timestamp - b.timestamp);
          const { rows } = collapse(results);
          const instants = rows.flatMap((row) => {
            const count = row.missed_count ?? 0;
            const until = row.missed_until ?? 0;
            const step = count > 1 ? (until - row.timestamp) / (count - 1) : 0;
            expect(Math.floor(row.timestamp / DAY_US)).toBe(Math.floor(until / DAY_US));
            return Array.from({ length: count }, (_, index) => [row.target_id, row.timestamp + index * step]);
          });
          const expected = results.map((result) => [result.target_id, result.timestamp]);
          expect(instants.map(String).sort()).toEqual(expected.map(String).sort());
        },
      ),
    );
  });
});
