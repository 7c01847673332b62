import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ProbeResult } from '../../shared/domain/probe-event';
import { DueGrid } from './due-grid';
import { targetOf } from './prober-fixtures';
import { Schedule, type ScheduledTarget } from './schedule';

const START_US = Date.UTC(2030, 0, 1, 23, 59, 30) * 1000;
const IDS = ['a', 'b', 'c'];

type Step =
  | { do: 'pass'; ms: number; limit: number }
  | { do: 'finish'; which: number }
  | { do: 'edit'; id: number; intervalMs: number }
  | { do: 'pause'; id: number }
  | { do: 'jump'; ms: number };

/** @param backMs how far the clock may be set back */
const step = (backMs: number): fc.Arbitrary<Step> =>
  fc.oneof(
    {
      weight: 12,
      arbitrary: fc.record({
        do: fc.constant('pass' as const),
        // Now and then a turn comes late, or comes to one probe only.
        ms: fc.oneof(
          { weight: 9, arbitrary: fc.integer({ min: 0, max: 700 }) },
          fc.integer({ min: 0, max: 9000 }),
        ),
        limit: fc.constantFrom(1, 8, 8),
      }),
    },
    { weight: 8, arbitrary: fc.record({ do: fc.constant('finish' as const), which: fc.nat(5) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('edit' as const),
        id: fc.nat(2),
        intervalMs: fc.constantFrom(200, 333, 1000, 7000),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('pause' as const), id: fc.nat(2) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('jump' as const),
        // Forward over midnight.
        ms: fc.oneof(fc.integer({ min: 1001, max: 5_000_000 }), fc.integer({ min: backMs, max: -1001 })),
      }),
    },
  );
/** Without `size` a list would have ten steps at most. */
const steps = (backMs: number) => fc.array(step(backMs), { maxLength: 120, size: 'max' });

/** A schedule driven by a fake clock, and the instants it accounted for, by target and edit. */
class Run {
  readonly accounted = new Map<string, number[]>();
  /** Where each edit begins: at once, but never where its target was probed already. */
  readonly firstUs = new Map<string, number>();
  /** Until when each edit was in force, where it is not any more. */
  readonly endedUs = new Map<string, number>();
  nowUs = START_US;
  private readonly schedule = new Schedule<ScheduledTarget>();
  private readonly config = new Map<string, ScheduledTarget>();
  private readonly intervals = new Map<string, number>();
  private readonly dealtUs = new Map<string, number>();
  private readonly newestUs = new Map<string, number>();
  private readonly underWay: { scheduled: ScheduledTarget; dueUs: number }[] = [];
  private version = 0;

  edit(id: string, intervalMs: number, paused: boolean): void {
    const before = this.config.get(id)?.target.configVersion;
    if (before !== undefined) this.endedUs.set(`${id} ${before}`, this.nowUs);
    this.version += 1;
    const target = targetOf({ id, url: 'http://h/', intervalMs, paused, configVersion: this.version });
    this.config.set(id, { target, displayUrl: 'http://h/', canRun: true });
    this.intervals.set(`${id} ${this.version}`, paused ? 0 : intervalMs * 1000);
    this.told(this.schedule.setTargets([...this.config.values()], this.nowUs));
    this.firstUs.set(`${id} ${this.version}`, Math.max(this.nowUs, (this.dealtUs.get(id) ?? 0) + 1));
  }

  turn(stoodStill: boolean, limit = Number.POSITIVE_INFINITY): void {
    const { missed, run } = this.schedule.turn(this.nowUs, stoodStill, limit);
    expect(run.length).toBeLessThanOrEqual(limit);
    expect(missed.map(({ timestamp }) => timestamp)).toEqual(
      missed.map(({ timestamp }) => timestamp).sort((a, b) => a - b),
    );
    this.told(missed);
    for (const due of run) {
      expect(due.dueUs).toBeLessThanOrEqual(this.nowUs);
      expect(this.underWay.some(({ scheduled }) => scheduled === due.scheduled)).toBe(false);
      this.underWay.push(due);
      this.deal(due.scheduled.target.id, due.dueUs);
    }
    if (stoodStill) expect(run).toEqual([]);
    if (run.length === limit) return;
    expect(this.schedule.nextDueUs() ?? Number.POSITIVE_INFINITY).toBeGreaterThan(this.nowUs);
    this.expectNothingKeptBack();
  }

  /** What is missed is told within five seconds, unless a probe is stuck: then when that ends, and never before its own instant. */
  private expectNothingKeptBack(): void {
    for (const [id, { target }] of this.config) {
      const key = `${id} ${target.configVersion}`;
      const stuck = this.underWay.findLast(({ scheduled }) => scheduled.target === target);
      const told = this.newestUs.get(key) ?? 0;
      if (told > 0 && stuck === undefined)
        expect(this.nowUs - told).toBeLessThan(5_000_000 + 2 * this.intervalUsOf(key));
    }
  }

  finish(which: number): void {
    const [done] = this.underWay.splice(which % Math.max(1, this.underWay.length), 1);
    if (done === undefined) return;
    this.account(done.scheduled.target.id, done.scheduled.target.configVersion, done.dueUs);
    this.told(this.schedule.finished(done.scheduled));
  }

  jump(us: number): void {
    this.nowUs += us;
    if (us < 0) this.schedule.steppedBack(this.nowUs);
    this.turn(us > 0);
  }

  end(): void {
    this.turn(false);
    this.told(this.schedule.unfinished());
  }

  intervalUsOf(key: string): number {
    return this.intervals.get(key) ?? 0;
  }

  private told(rows: readonly ProbeResult[]): void {
    for (const row of rows) {
      expect(row.outcome).toBe('missed');
      const count = row.missed_count ?? 0;
      const spanUs = (row.missed_until ?? 0) - row.timestamp;
      expect(new Date((row.missed_until ?? 0) / 1000).getUTCDate()).toBe(
        new Date(row.timestamp / 1000).getUTCDate(),
      );
      for (let index = 0; index < count; index += 1) {
        const dueUs = row.timestamp + (count === 1 ? 0 : (index * spanUs) / (count - 1));
        this.account(row.target_id, row.config_version, dueUs);
      }
    }
  }

  private deal(id: string, dueUs: number): void {
    this.dealtUs.set(id, Math.max(dueUs, this.dealtUs.get(id) ?? 0));
  }

  private account(id: string, version: number, dueUs: number): void {
    const key = `${id} ${version}`;
    this.newestUs.set(key, Math.max(dueUs, this.newestUs.get(key) ?? 0));
    this.deal(id, dueUs);
    const list = this.accounted.get(key);
    if (list === undefined) this.accounted.set(key, [dueUs]);
    else list.push(dueUs);
  }
}

function play(steps: readonly Step[]): Run {
  const run = new Run();
  for (const id of IDS) run.edit(id, 1000, false);
  for (const one of steps) {
    if (one.do === 'pass') {
      run.nowUs += one.ms * 1000;
      run.turn(false, one.limit);
    } else if (one.do === 'finish') run.finish(one.which);
    else if (one.do === 'edit') run.edit(IDS[one.id] as string, one.intervalMs, false);
    else if (one.do === 'pause') run.edit(IDS[one.id] as string, 1000, true);
    else run.jump(one.ms * 1000);
  }
  run.end();
  return run;
}

function expectNoneTwice(run: Run): void {
  for (const id of IDS) {
    const dues = [...run.accounted].flatMap(([key, some]) => (key.startsWith(`${id} `) ? some : []));
    expect(new Set(dues).size).toBe(dues.length);
  }
}

it('accounts for every due instant exactly once, through slow probes, edits, pauses, sleep and clock steps', () => {
  fc.assert(
    fc.property(steps(-9000), (list) => {
      const run = play(list);
      for (const [key, dues] of run.accounted) {
        const intervalUs = run.intervalUsOf(key);
        const sorted = [...dues].sort((a, b) => a - b);
        const [first = 0, second = 0] = sorted;
        const grid = new DueGrid(key.split(' ')[0] ?? '', intervalUs);
        const next = (dueUs: number) => grid.after(grid.holds(dueUs) ? dueUs : dueUs + intervalUs / 2);
        // Nothing that was due before the edit, or the end, is left out.
        expect(next(sorted.at(-1) ?? 0)).toBeGreaterThan(run.endedUs.get(key) ?? run.nowUs);
        expect(first).toBe(run.firstUs.get(key));
        if (sorted.length === 1) continue;
        // Then a rest of half to one and a half intervals, then every interval without a hole.
        expect(second).toBe(next(first));
        const holes = sorted
          .slice(2)
          .filter((dueUs, index) => dueUs - (sorted[index + 1] ?? 0) !== intervalUs);
        expect(holes).toEqual([]);
      }
      expectNoneTwice(run);
    }),
    { numRuns: 100 },
  );
});

it('comes to no instant twice, however far the clock is set back', () => {
  fc.assert(
    fc.property(steps(-7_200_000), (list) => expectNoneTwice(play(list))),
    { numRuns: 100 },
  );
});
