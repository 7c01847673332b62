import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ProbeResult } from '../../shared/domain/probe-event';
import { DueGrid } from './due-grid';
import { targetOf } from './prober-fixtures';
import { Schedule, type ScheduledTarget } from './schedule';

const START_US = Date.UTC(2030, 0, 1, 23, 59, 30) * 1000;
const IDS = ['a', 'b', 'c'];

type Step =
  | { do: 'pass'; ms: number }
  | { do: 'finish'; which: number }
  | { do: 'edit'; id: number; intervalMs: number }
  | { do: 'pause'; id: number }
  | { do: 'jump'; ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 700 }) }),
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
      // Forward over midnight, back as far as is waited for.
      ms: fc.oneof(fc.integer({ min: 1001, max: 5_000_000 }), fc.integer({ min: -9000, max: -1001 })),
    }),
  },
);

/** A schedule driven by a fake clock, and the instants it accounted for, by target and edit. */
class Run {
  readonly accounted = new Map<string, number[]>();
  nowUs = START_US;
  private readonly schedule = new Schedule<ScheduledTarget>();
  private readonly config = new Map<string, ScheduledTarget>();
  private readonly underWay: { scheduled: ScheduledTarget; dueUs: number }[] = [];
  private version = 0;

  edit(id: string, intervalMs: number, paused: boolean): void {
    this.turn(false);
    this.version += 1;
    const target = targetOf({ id, url: 'http://h/', intervalMs, paused, configVersion: this.version });
    this.config.set(id, { target, displayUrl: 'http://h/', canRun: true });
    this.told(this.schedule.setTargets([...this.config.values()], this.nowUs));
    this.turn(false);
  }

  turn(stoodStill: boolean): void {
    const { missed, run } = this.schedule.turn(this.nowUs, stoodStill);
    expect(missed.map(({ timestamp }) => timestamp)).toEqual(
      missed.map(({ timestamp }) => timestamp).sort((a, b) => a - b),
    );
    this.told(missed);
    for (const due of run) {
      expect(due.dueUs).toBeLessThanOrEqual(this.nowUs);
      expect(this.underWay.some(({ scheduled }) => scheduled === due.scheduled)).toBe(false);
      this.underWay.push(due);
    }
    if (stoodStill) expect(run).toEqual([]);
    expect(this.schedule.nextDueUs() ?? Number.POSITIVE_INFINITY).toBeGreaterThan(this.nowUs);
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

  private readonly intervals = new Map<string, number>();

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

  private account(id: string, version: number, dueUs: number): void {
    const key = `${id} ${version}`;
    const config = this.config.get(id);
    if (config?.target.configVersion === version) this.intervals.set(key, config.target.intervalMs * 1000);
    const list = this.accounted.get(key);
    if (list === undefined) this.accounted.set(key, [dueUs]);
    else list.push(dueUs);
  }
}

it('accounts for every due instant exactly once, through slow probes, edits, pauses, sleep and clock steps', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const run = new Run();
      for (const id of IDS) run.edit(id, 1000, false);
      for (const one of steps) {
        if (one.do === 'pass') {
          run.nowUs += one.ms * 1000;
          run.turn(false);
        } else if (one.do === 'finish') run.finish(one.which);
        else if (one.do === 'edit') run.edit(IDS[one.id] as string, one.intervalMs, false);
        else if (one.do === 'pause') run.edit(IDS[one.id] as string, 1000, true);
        else run.jump(one.ms * 1000);
      }
      run.end();
      const byTarget = new Map<string, number[]>();
      for (const [key, dues] of run.accounted) {
        const [id = ''] = key.split(' ');
        byTarget.set(id, [...(byTarget.get(id) ?? []), ...dues]);
        const sorted = [...dues].sort((a, b) => a - b);
        const [first = 0, second] = sorted;
        const intervalUs = run.intervalUsOf(key);
        if (intervalUs === 0 || second === undefined) continue;
        const grid = new DueGrid(id, intervalUs);
        // At once, then a rest of half to one and a half intervals, then every interval without a hole.
        expect(second).toBe(grid.after(grid.holds(first) ? first : first + intervalUs / 2));
        const holes = sorted
          .slice(2)
          .filter((dueUs, index) => dueUs - (sorted[index + 1] ?? 0) !== intervalUs);
        expect(holes).toEqual([]);
      }
      for (const dues of byTarget.values()) expect(new Set(dues).size).toBe(dues.length);
    }),
    { numRuns: 500 },
  );
});
