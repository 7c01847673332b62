import type { FailureCode } from '../../shared/domain/outcome';
import type { ProbeResult } from '../../shared/domain/probe-event';
import type { Target } from '../../shared/domain/target';
import { DueGrid } from './due-grid';
import { DueHeap } from './due-heap';
import { gapRows } from './missed-row';

/** Instants missed one after another are told in one row, but never kept back longer than this. */
const TELL_MISSED_US = 5_000_000;
/** A due instant found this late was not held up by a busy thread: the process or the machine stood still. */
const ASLEEP_US = 2_000_000;

export interface ScheduledTarget {
  target: Target;
  displayUrl: string;
  /** False = it cannot be probed for want of a secret: its due instants are missed. */
  canRun: boolean;
}

interface Entry<T> {
  scheduled: T;
  grid: DueGrid;
  dueUs: number;
  running: boolean;
  removed: boolean;
  missed: { fromUs: number; untilUs: number; code: FailureCode } | null;
}

/** What is to be done now. */
export interface ScheduleTurn<T> {
  /** Probes to start, each with the instant it was due. */
  run: { scheduled: T; dueUs: number }[];
  /** Rows for due instants that were not run, by ascending `timestamp`. */
  missed: ProbeResult[];
}

/**
 * The fixed-rate schedule of one worker's targets (invariant I6). Pure: the time comes in with every call, as event time
 * in µs. Every due instant is either started or told as missed, once.
 */
export class Schedule<T extends ScheduledTarget> {
  private readonly entries = new Map<string, Entry<T>>();
  private readonly heap = new DueHeap<Entry<T>>();
  private shiftUs = 0;

  /** The next instant at which `turn` has something to do, µs; null with no target. */
  nextDueUs(): number | null {
    return this.heap.peek()?.dueUs ?? null;
  }

  /** Takes a new list of targets. Those whose configuration did not change keep their ticks; the others are due at once. */
  setTargets(targets: readonly T[], nowUs: number): ProbeResult[] {
    const wanted = new Map(targets.filter(({ target }) => !target.paused).map((one) => [one.target.id, one]));
    const told: ProbeResult[] = [];
    for (const [id, entry] of this.entries) {
      const next = wanted.get(id);
      if (next !== undefined && isSame(entry.scheduled, next)) {
        wanted.delete(id);
        continue;
      }
      told.push(...this.takeMissed(entry));
      entry.removed = true;
      this.entries.delete(id);
    }
    this.heap.retain((entry) => !entry.removed);
    for (const [id, scheduled] of wanted) {
      const grid = new DueGrid(id, scheduled.target.intervalMs * 1000, this.shiftUs);
      const entry: Entry<T> = { scheduled, grid, dueUs: nowUs, running: false, removed: false, missed: null };
      this.entries.set(id, entry);
      this.heap.push(entry);
    }
    return told;
  }

  /** Everything due by `nowUs`. */
  turn(nowUs: number): ScheduleTurn<T> {
    const run: ScheduleTurn<T>['run'] = [];
    const missed: ProbeResult[] = [];
    for (
      let entry = this.heap.peek();
      entry !== undefined && entry.dueUs <= nowUs;
      entry = this.heap.peek()
    ) {
      this.heap.pop();
      const latestUs = Math.max(entry.dueUs, entry.grid.atOrBefore(nowUs));
      // What lies between is over: only the latest due instant is worth starting.
      if (latestUs > entry.dueUs) {
        const asleep = nowUs - entry.dueUs >= ASLEEP_US && !entry.running;
        const untilUs = entry.grid.atOrBefore(latestUs - 1);
        missed.push(
          ...this.miss(entry, entry.dueUs, Math.max(entry.dueUs, untilUs), asleep ? 'asleep' : 'overrun'),
        );
      }
      if (!entry.scheduled.canRun) missed.push(...this.miss(entry, latestUs, latestUs, 'secret_missing'));
      else if (entry.running) missed.push(...this.miss(entry, latestUs, latestUs, 'overrun'));
      else {
        missed.push(...this.takeMissed(entry));
        entry.running = true;
        run.push({ scheduled: entry.scheduled, dueUs: latestUs });
      }
      entry.dueUs = this.nextOf(entry, latestUs);
      this.heap.push(entry);
    }
    return { run, missed: missed.sort((a, b) => a.timestamp - b.timestamp) };
  }

  /** A probe and its retries are over. Tells what was missed meanwhile. */
  finished(scheduled: T): ProbeResult[] {
    const entry = this.entries.get(scheduled.target.id);
    if (entry === undefined || entry.scheduled !== scheduled) return [];
    entry.running = false;
    return this.takeMissed(entry);
  }

  /**
   * The wall clock was set back: targets go on at the new time on a grid shifted by a microsecond for every step back, so that
   * no instant of theirs is ever repeated.
   */
  steppedBack(nowUs: number): void {
    this.shiftUs += 1;
    for (const entry of this.entries.values()) {
      entry.grid = new DueGrid(entry.scheduled.target.id, entry.grid.intervalUs, this.shiftUs);
      entry.dueUs = entry.grid.after(nowUs);
    }
    this.heap.retain(() => true);
  }

  /** Whatever was missed and not told yet: for a stop. */
  untold(): ProbeResult[] {
    return [...this.entries.values()].flatMap((entry) => this.takeMissed(entry));
  }

  /** The due instant after one that was dealt with: a target probed out of turn first gets half an interval of rest. */
  private nextOf(entry: Entry<T>, dealtUs: number): number {
    const onGrid = entry.grid.atOrBefore(dealtUs) === dealtUs;
    return entry.grid.after(onGrid ? dealtUs : dealtUs + entry.grid.intervalUs / 2);
  }

  private miss(entry: Entry<T>, fromUs: number, untilUs: number, code: FailureCode): ProbeResult[] {
    const { missed } = entry;
    if (missed !== null && missed.code === code && fromUs - missed.untilUs === entry.grid.intervalUs) {
      missed.untilUs = untilUs;
      return untilUs - missed.fromUs >= TELL_MISSED_US ? this.takeMissed(entry) : [];
    }
    const told = this.takeMissed(entry);
    entry.missed = { fromUs, untilUs, code };
    return untilUs - fromUs >= TELL_MISSED_US ? [...told, ...this.takeMissed(entry)] : told;
  }

  private takeMissed(entry: Entry<T>): ProbeResult[] {
    const { missed, scheduled } = entry;
    if (missed === null) return [];
    entry.missed = null;
    const { target, displayUrl } = scheduled;
    const gap = { targetId: target.id, url: displayUrl, configVersion: target.configVersion, ...missed };
    return gapRows(gap, entry.grid.intervalUs);
  }
}

function isSame(a: ScheduledTarget, b: ScheduledTarget): boolean {
  return (
    a.target.configVersion === b.target.configVersion &&
    a.canRun === b.canRun &&
    a.displayUrl === b.displayUrl
  );
}
