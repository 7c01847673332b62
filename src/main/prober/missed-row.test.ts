import fc from 'fast-check';
import { expect, it } from 'vitest';
import { missedOnce, missedRows } from './missed-row';

const of = { targetId: 'a', url: 'http://h.example/', configVersion: 3 };
const DAY_US = 86_400_000_000;

it('rows of a gap hold every instant of it once, each row those of one UTC day', () => {
  const startUs = fc.integer({ min: 1_900_000_000_000_000, max: 1_900_000_000_000_000 + 3 * DAY_US });
  const intervalUs = fc.integer({ min: 60, max: 86_400 }).map((seconds) => seconds * 1_000_000);
  fc.assert(
    fc.property(
      startUs,
      intervalUs,
      fc.integer({ min: -1, max: 5 * DAY_US }),
      (fromUs, interval, lengthUs) => {
        const untilUs = fromUs + lengthUs;
        const rows = missedRows(of, { fromUs, untilUs, intervalUs: interval }, 'closed');
        const told = rows.flatMap((row) =>
          Array.from({ length: row.missed_count ?? 0 }, (_, index) => row.timestamp + index * interval),
        );
        const due: number[] = [];
        for (let dueUs = fromUs; dueUs <= untilUs; dueUs += interval) due.push(dueUs);
        expect(told).toEqual(due);
        for (const { timestamp, missed_until, missed_count } of rows) {
          expect(missed_until).toBe(timestamp + ((missed_count ?? 0) - 1) * interval);
          expect(Math.floor((missed_until ?? 0) / DAY_US)).toBe(Math.floor(timestamp / DAY_US));
        }
        const days = rows.map(({ timestamp }) => Math.floor(timestamp / DAY_US));
        expect(new Set(days).size).toBe(days.length);
      },
    ),
    { numRuns: 60 },
  );
});

it('a missed row says who, why and how many, and has measured nothing', () => {
  expect(missedOnce(of, 5, 'running')).toMatchObject({
    target_id: 'a',
    url: 'http://h.example/',
    config_version: 3,
    outcome: 'missed',
    timestamp: 5,
    missed_until: 5,
    missed_count: 1,
    failure_code: 'overrun',
    failure_phase: null,
    is_final_attempt: true,
    status_code: null,
    latency_ms: null,
  });
});
