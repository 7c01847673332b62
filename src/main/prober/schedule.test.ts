import { describe, expect, it } from 'vitest';
import type { ProbeResult } from '../../shared/domain/probe-event';
import { targetOf } from './prober-fixtures';
import { Schedule, type ScheduledTarget } from './schedule';

const SECOND_US = 1_000_000;
const NOON_US = Date.UTC(2030, 0, 1, 12) * 1000;

function scheduled(
  id: string,
  fields: { intervalMs?: number; configVersion?: number; paused?: boolean; canRun?: boolean } = {},
): ScheduledTarget {
  const { canRun = true, ...rest } = fields;
  const target = targetOf({ id, url: 'http://h.example/', ...rest });
  return { target, displayUrl: target.url, canRun };
}

/** The schedule and what it gave, second by second. */
function started(targets: ScheduledTarget[], nowUs = NOON_US) {
  const schedule = new Schedule<ScheduledTarget>();
  schedule.setTargets(targets, nowUs);
  return schedule;
}

const brief = ({ target_id, timestamp, missed_until, missed_count, failure_code }: ProbeResult) => ({
  id: target_id,
  fromS: (timestamp - NOON_US) / SECOND_US,
  untilS: ((missed_until ?? 0) - NOON_US) / SECOND_US,
  count: missed_count,
  code: failure_code,
});

describe('the schedule', () => {
  it('starts a new target at once, then in its own phase, at a fixed rate', () => {
    const a = scheduled('a');
    const schedule = started([a]);
    const dues: number[] = [];
    for (let nowUs = NOON_US; nowUs < NOON_US + 10 * SECOND_US; nowUs += 100_000) {
      for (const { dueUs } of schedule.turn(nowUs).run) {
        dues.push(dueUs);
        schedule.finished(a);
      }
    }
    expect(dues[0]).toBe(NOON_US);
    const rest = (dues[1] ?? 0) - NOON_US;
    expect(rest).toBeGreaterThanOrEqual(0.5 * SECOND_US);
    expect(rest).toBeLessThanOrEqual(1.5 * SECOND_US);
    for (let index = 2; index < dues.length; index += 1) {
      expect((dues[index] ?? 0) - (dues[index - 1] ?? 0)).toBe(SECOND_US);
    }
  });

  it('spreads the targets of one interval evenly over it', () => {
    const targets = Array.from({ length: 1000 }, (_, index) => scheduled(`target-${index}`));
    const schedule = started(targets);
    const inTenth = new Array<number>(10).fill(0);
    for (let nowUs = NOON_US; nowUs < NOON_US + 6 * SECOND_US; nowUs += 1000) {
      for (const due of schedule.turn(nowUs).run) {
        schedule.finished(due.scheduled);
        const tenth = Math.floor((due.dueUs % SECOND_US) / 100_000);
        if (nowUs >= NOON_US + 5 * SECOND_US) inTenth[tenth] = (inTenth[tenth] ?? 0) + 1;
      }
    }
    expect(inTenth.reduce((sum, count) => sum + count, 0)).toBe(1000);
    for (const count of inTenth) expect(count).toBeGreaterThan(60);
    for (const count of inTenth) expect(count).toBeLessThan(140);
  });

  it('spreads the first probes of a long list, so that it does not hold itself up', () => {
    const targets = Array.from({ length: 500 }, (_, index) =>
      scheduled(`target-${index}`, { intervalMs: 60_000 }),
    );
    const schedule = started(targets);
    expect(schedule.turn(NOON_US).run).toHaveLength(1);
    let begun = 1;
    for (let ms = 100; ms <= 4000; ms += 100) {
      const { run } = schedule.turn(NOON_US + ms * 1000);
      expect(run.length).toBeLessThan(25);
      begun += run.length;
    }
    expect(begun).toBeGreaterThanOrEqual(500);
  });

  it('lets a regular instant that is near be the first probe, so that a start adds little to the usual load', () => {
    const schedule = started(Array.from({ length: 500 }, (_, index) => scheduled(`target-${index}`)));
    const seen = new Set<string>();
    let probes = 0;
    for (let ms = 0; ms <= 1000; ms += 5) {
      for (const due of schedule.turn(NOON_US + ms * 1000).run) {
        schedule.finished(due.scheduled);
        seen.add(due.scheduled.target.id);
        probes += 1;
      }
    }
    expect(seen.size).toBe(500);
    expect(probes).toBeLessThan(650);
  });

  it('keeps the ticks of targets that did not change, and starts the changed one at once', () => {
    const [a, b] = [scheduled('a'), scheduled('b')];
    const schedule = started([a, b]);
    for (const due of schedule.turn(NOON_US + 10_000).run) schedule.finished(due.scheduled);
    const nextUs = schedule.nextDueUs();
    schedule.setTargets([a, scheduled('b')], NOON_US + 20_000);
    expect(schedule.nextDueUs()).toBe(nextUs);
    const changed = scheduled('b', { configVersion: 2 });
    schedule.setTargets([a, changed], NOON_US + 30_000);
    expect(schedule.turn(NOON_US + 30_000).run).toEqual([{ scheduled: changed, dueUs: NOON_US + 30_000 }]);
  });

  it('neither runs nor misses what is paused', () => {
    const schedule = started([scheduled('a', { paused: true })]);
    expect(schedule.nextDueUs()).toBeNull();
    expect(schedule.turn(NOON_US + 60 * SECOND_US)).toEqual({ run: [], missed: [] });
  });

  it('never starts a target whose probe before still runs: its instants are missed, told when that ends', () => {
    const a = scheduled('a');
    const schedule = started([a]);
    expect(schedule.turn(NOON_US).run).toHaveLength(1);
    const told: ProbeResult[] = [];
    for (let atS = 0.1; atS < 4; atS += 0.1) {
      const turn = schedule.turn(NOON_US + Math.round(atS * SECOND_US));
      expect(turn.run).toEqual([]);
      told.push(...turn.missed);
    }
    expect(told).toEqual([]);
    const [row] = schedule.finished(a);
    expect(row).toMatchObject({ outcome: 'missed', failure_code: 'overrun', is_final_attempt: true });
    expect(row?.missed_count).toBe(((row?.missed_until ?? 0) - (row?.timestamp ?? 0)) / SECOND_US + 1);
    expect(row?.missed_count).toBeGreaterThanOrEqual(3);
  });

  it('tells of instants that cannot be run every few seconds, and at once where they are far apart', () => {
    const told = (intervalMs: number, seconds: number) => {
      const schedule = started([scheduled('a', { intervalMs, canRun: false })]);
      const counts: (number | null)[] = [];
      for (let atS = 0.5; atS < seconds; atS += 0.5) {
        counts.push(...schedule.turn(NOON_US + atS * SECOND_US).missed.map((row) => row.missed_count));
      }
      return counts;
    };
    expect(told(1000, 17)).toEqual([1, 5, 5, 5]);
    expect(told(20_000, 65)).toEqual([1, 1, 1, 1]);
  });

  it('tells nothing that a stuck probe stands in the way of before its own instant: a kill meanwhile hides none', () => {
    const a = scheduled('a');
    const schedule = started([a]);
    const [stuck] = schedule.turn(NOON_US).run;
    for (let atS = 0.5; atS < 30; atS += 0.5) {
      expect(schedule.turn(NOON_US + atS * SECOND_US)).toEqual({ missed: [], run: [] });
    }
    const rows = schedule.finished(a);
    expect(stuck?.dueUs).toBe(NOON_US);
    expect(rows).toHaveLength(1);
    expect(rows[0]?.missed_count).toBeGreaterThanOrEqual(28);
  });

  it('misses what was due while everything stood still, with no burst afterwards', () => {
    const targets = Array.from({ length: 50 }, (_, index) => scheduled(`target-${index}`));
    const schedule = started(targets);
    for (let nowUs = NOON_US; nowUs <= NOON_US + 3 * SECOND_US; nowUs += 10_000) {
      for (const due of schedule.turn(nowUs).run) schedule.finished(due.scheduled);
    }
    const { run, missed } = schedule.turn(NOON_US + 63 * SECOND_US);
    expect(run).toEqual([]);
    expect(missed).toHaveLength(50);
    expect(missed.map(({ timestamp }) => timestamp)).toEqual(
      missed.map(({ timestamp }) => timestamp).sort((one, two) => one - two),
    );
    for (const row of missed) expect(row).toMatchObject({ failure_code: 'asleep', missed_count: 60 });
  });

  it('splits a long sleep by UTC days', () => {
    const a = scheduled('a', { intervalMs: 3_600_000 });
    const schedule = started([a]);
    schedule.turn(NOON_US);
    schedule.finished(a);
    const { missed } = schedule.turn(NOON_US + 48 * 3600 * SECOND_US);
    expect(missed.map((row) => new Date(row.timestamp / 1000).getUTCDate())).toEqual([1, 2, 3]);
    expect(missed.reduce((sum, row) => sum + (row.missed_count ?? 0), 0)).toBeGreaterThanOrEqual(47);
  });

  it('says asleep, too, when the clock jumped by less than is noticed otherwise', () => {
    const a = scheduled('a', { intervalMs: 200 });
    const schedule = started([a]);
    schedule.turn(NOON_US);
    schedule.finished(a);
    const { run, missed } = schedule.turn(NOON_US + 1.5 * SECOND_US, true);
    expect(run).toEqual([]);
    expect(missed.every((row) => row.failure_code === 'asleep')).toBe(true);
  });

  it('starts the latest instant, and misses those before it, after a short hold-up', () => {
    const a = scheduled('a', { intervalMs: 200 });
    const schedule = started([a]);
    schedule.turn(NOON_US);
    schedule.finished(a);
    const { run, missed } = schedule.turn(NOON_US + SECOND_US);
    expect(run).toHaveLength(1);
    expect(NOON_US + SECOND_US - (run[0]?.dueUs ?? 0)).toBeLessThan(200_000);
    expect(missed.map(brief)).toMatchObject([{ code: 'overrun' }]);
    expect(run[0]?.dueUs).toBe((missed[0]?.missed_until ?? 0) + 200_000);
  });

  it('misses what cannot be probed for want of a secret, in one row for a few seconds', () => {
    const schedule = started([scheduled('a', { canRun: false })]);
    const told: ProbeResult[] = [];
    for (let atS = 0; atS <= 20; atS += 0.5) {
      const turn = schedule.turn(NOON_US + atS * SECOND_US);
      expect(turn.run).toEqual([]);
      told.push(...turn.missed);
    }
    expect(told.length).toBeLessThanOrEqual(5);
    for (const row of told) expect(row).toMatchObject({ outcome: 'missed', failure_code: 'secret_missing' });
    const counted = told.reduce((sum, row) => sum + (row.missed_count ?? 0), 0);
    expect(counted).toBeGreaterThanOrEqual(15);
  });

  it('waits for the clock when it was set back a little, and goes on beside its old instants when by much', () => {
    const a = scheduled('a');
    const schedule = started([a]);
    schedule.turn(NOON_US);
    schedule.finished(a);
    const nextUs = schedule.nextDueUs() ?? 0;
    schedule.steppedBack(NOON_US - 30 * SECOND_US);
    expect(schedule.nextDueUs()).toBe(nextUs);
    schedule.steppedBack(NOON_US - 3600 * SECOND_US);
    const soonUs = schedule.nextDueUs() ?? 0;
    expect(soonUs - (NOON_US - 3600 * SECOND_US)).toBeLessThanOrEqual(SECOND_US);
    expect((soonUs - nextUs) % SECOND_US).not.toBe(0);
  });

  it('goes on with the ticks of the schedule before it, and misses what was due in between', () => {
    const a = scheduled('a');
    const before = started([a], NOON_US - 60 * SECOND_US);
    const probed: number[] = [];
    for (let nowUs = NOON_US - 60 * SECOND_US; nowUs < NOON_US; nowUs += 10_000) {
      for (const due of before.turn(nowUs).run) {
        probed.push(due.dueUs);
        before.finished(a);
      }
    }
    const lastUs = probed.at(-1) ?? 0;
    const schedule = new Schedule<ScheduledTarget>();
    const known = { lastDueUs: new Map([['a', lastUs]]), reason: 'crashed' as const };
    const rows = schedule.setTargets([a], NOON_US + 5 * SECOND_US, known);
    expect(rows).toMatchObject([{ timestamp: lastUs + SECOND_US, failure_code: 'worker_crashed' }]);
    expect(schedule.nextDueUs()).toBe((rows[0]?.missed_until ?? 0) + SECOND_US);
    expect(schedule.nextDueUs()).toBeGreaterThan(NOON_US + 5 * SECOND_US);
  });

  it('probes what is due seldom at once when it goes on for another, and never repeats an instant', () => {
    const schedule = new Schedule<ScheduledTarget>();
    const known = { lastDueUs: new Map([['a', NOON_US + 400]]), reason: 'closed' as const };
    expect(schedule.setTargets([scheduled('a', { intervalMs: 86_400_000 })], NOON_US, known)).toEqual([]);
    expect(schedule.nextDueUs()).toBe(NOON_US + 401);
  });

  it('goes on beside its old instants when the clock was set back by much in between', () => {
    const schedule = new Schedule<ScheduledTarget>();
    const lastUs = NOON_US + 3600 * SECOND_US;
    const known = { lastDueUs: new Map([['a', lastUs]]), reason: 'closed' as const };
    expect(schedule.setTargets([scheduled('a')], NOON_US, known)).toEqual([]);
    expect((schedule.nextDueUs() ?? 0) - NOON_US).toBeLessThanOrEqual(SECOND_US);
  });

  it('goes on with a long list of seldom targets one after another, not all at once', () => {
    const targets = Array.from({ length: 500 }, (_, index) =>
      scheduled(`target-${index}`, { intervalMs: 60_000 }),
    );
    const schedule = new Schedule<ScheduledTarget>();
    const lastDueUs = new Map(targets.map(({ target }) => [target.id, NOON_US - 3600 * SECOND_US]));
    schedule.setTargets(targets, NOON_US, { lastDueUs, reason: 'closed' });
    expect(schedule.turn(NOON_US + 100_000).run.length).toBeLessThan(60);
    const later = [1, 2, 3, 4].map((second) => schedule.turn(NOON_US + second * SECOND_US).run.length);
    expect(later.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(440);
  });

  it('tells an instant it had no time for when its target is edited or paused', () => {
    const [a, b] = [scheduled('a'), scheduled('b')];
    const schedule = started([a, b]);
    for (const due of schedule.turn(NOON_US + 10_000).run) schedule.finished(due.scheduled);
    const lateUs = NOON_US + 1_600_000;
    const { run } = schedule.turn(lateUs, false, 1);
    expect(run).toHaveLength(1);
    const other = run[0]?.scheduled === a ? b : a;
    const edited = scheduled(other.target.id, { configVersion: 2, paused: true });
    const rows = schedule.setTargets([other === a ? b : a, edited], lateUs);
    expect(rows.map(brief)).toMatchObject([{ id: other.target.id, code: 'overrun' }]);
  });

  it('gives the probes under way up as missed when it has to stop', () => {
    const [a, b] = [scheduled('a'), scheduled('b')];
    const schedule = started([a, b]);
    schedule.turn(NOON_US + 10_000);
    schedule.finished(a);
    expect(schedule.unfinished().map(brief)).toMatchObject([{ id: 'b', count: 1, code: 'closed' }]);
    expect(schedule.unfinished()).toEqual([]);
  });
});
