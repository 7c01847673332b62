import type { ProbeResult } from '../../shared/domain/probe-event';
import type { Target } from '../../shared/domain/target';
import { DueGrid } from './due-grid';
import { DueHeap } from './due-heap';
import { byTimestamp, type MissedReason, type MissedSpan, missedOnce, missedRows } from './missed-row';

/**
 * Instants missed one after another are told in one row, but none is kept back longer than this. Only those that a running
 * probe stands in the way of wait for its end: told before, they would hide that its own instant is not accounted for yet.
 */
const TELL_MISSED_US = 5_000_000;
/** Turns come every second at least: when none came for so long, the process or the machine stood still. */
const STANDSTILL_US = 2_000_000;
/** When the clock was set back by no more than this, it is waited for: every instant is probed once, in order. */
const MAX_WAIT_BACK_US = 60_000_000;
/** A target that goes on after a restart takes its next instant when it is this near, and is probed at once otherwise. */
const RESUME_WITHIN_US = 1_000_000;
/** New targets start this far apart, so that a long list does not hold itself up; whose regular instant is nearer takes that. */
const SPREAD_US = 8000;
const MAX_SPREAD_US = 4_000_000;

export interface ScheduledTarget {
  target: Target;
  displayUrl: string;
  /** False = it cannot be probed for want of a secret: its due instants are missed. */
  canRun: boolean;
}

/** What a schedule that goes on for another has to know. */
export interface Before {
  lastDueUs: ReadonlyMap<string, number>;
  reason: MissedReason;
}

interface Entry<T> {
  scheduled: T;
  grid: DueGrid;
  dueUs: number;
  running: boolean;
  removed: boolean;
  missed: (MissedSpan & { reason: MissedReason }) | null;
}

/** Where a target begins: its own place among those that begin now, and now, µs. */
interface From {
  startUs: number;
  nowUs: number;
}

/** A probe to start, with the instant it is due. */
export interface DueProbe<T> {
  scheduled: T;
  dueUs: number;
}

/** What is to be done now: first the rows, then the probes. */
export interface ScheduleTurn<T> {
  /** Rows for due instants that were not run, by ascending `timestamp`. */
  missed: ProbeResult[];
  run: DueProbe<T>[];
}

/**
 * The fixed-rate schedule of one worker's targets (invariant I6). Pure: the time comes in with every call, as event time
 * in µs. Every due instant is either started or told as missed, once, and no instant of a target comes twice.
 */
export class Schedule<T extends ScheduledTarget> {
  private readonly entries = new Map<string, Entry<T>>();
  private readonly heap = new DueHeap<Entry<T>>();
  private readonly underWay = new Map<T, number>();
  /** By target: the last instant dealt with, and how often its grid was moved. Both outlive edits and pauses. */
  private readonly dealtUs = new Map<string, number>();
  private readonly shifts = new Map<string, number>();
  private lastTurnUs: number | null = null;

  /** The next instant at which `turn` has something to do, µs; null with no target. */
  nextDueUs(): number | null {
    return this.heap.peek()?.dueUs ?? null;
  }

  /**
   * Takes a new list of targets. Those whose configuration did not change keep their ticks; the others are due at once.
   * Returns rows that are due to be told.
   * @param before what is known from before this schedule: the last instant dealt with, by target, and why there is a gap
   */
  setTargets(targets: readonly T[], nowUs: number, before?: Before): ProbeResult[] {
    const wanted = new Map(targets.filter(({ target }) => !target.paused).map((one) => [one.target.id, one]));
    const told: ProbeResult[] = [];
    for (const [id, entry] of this.entries) {
      const next = wanted.get(id);
      if (next !== undefined && isSame(entry.scheduled, next)) {
        wanted.delete(id);
        continue;
      }
      // What a busy thread had not come to yet is told before the entry goes.
      if (entry.dueUs <= nowUs) this.dealWith(entry, nowUs, 'busy', told);
      told.push(...this.takeMissed(entry));
      entry.removed = true;
      this.entries.delete(id);
    }
    this.heap.retain((entry) => !entry.removed);
    const spreadUs = Math.min(SPREAD_US, MAX_SPREAD_US / wanted.size);
    let startUs = nowUs;
    for (const [id, scheduled] of wanted) {
      const knownUs = before?.lastDueUs.get(id);
      const outOfTurnUs = Math.floor(startUs);
      const from = { startUs: Math.min(outOfTurnUs, this.gridOf(id, scheduled).after(nowUs)), nowUs };
      if (before === undefined || knownUs === undefined) this.add(id, scheduled, from);
      else told.push(...this.resume(id, scheduled, from, knownUs, before.reason));
      if (this.entries.get(id)?.dueUs === outOfTurnUs) startUs += spreadUs;
    }
    return told.sort(byTimestamp);
  }

  /**
   * What is due by `nowUs`, earliest first.
   * @param stoodStill the machine or the process was asleep: whatever was due meanwhile is over
   * @param limit the most probes to start; the others stay due
   */
  turn(nowUs: number, stoodStill = false, limit = Number.POSITIVE_INFINITY): ScheduleTurn<T> {
    const missed: ProbeResult[] = [];
    const run: DueProbe<T>[] = [];
    const asleep = stoodStill || nowUs - (this.lastTurnUs ?? nowUs) >= STANDSTILL_US;
    this.lastTurnUs = nowUs;
    for (
      let entry = this.heap.peek();
      entry !== undefined && entry.dueUs <= nowUs;
      entry = this.heap.peek()
    ) {
      this.heap.pop();
      const due = this.dealWith(entry, nowUs, asleep ? 'asleep' : null, missed);
      if (due !== null) run.push(due);
      this.heap.push(entry);
      if (run.length >= limit) break;
    }
    return { missed: missed.sort(byTimestamp), run };
  }

  /** A probe and its retries are over. Tells what was missed meanwhile. */
  finished(scheduled: T): ProbeResult[] {
    this.underWay.delete(scheduled);
    const entry = this.entries.get(scheduled.target.id);
    if (entry === undefined || entry.scheduled !== scheduled) return [];
    entry.running = false;
    return this.takeMissed(entry);
  }

  /** The wall clock was set back. Targets that would have to wait too long for it go on at once, on a grid of their own. */
  steppedBack(nowUs: number): void {
    for (const [id, entry] of this.entries) {
      if (entry.dueUs - nowUs <= MAX_WAIT_BACK_US + entry.grid.intervalUs) continue;
      this.shifts.set(id, (this.shifts.get(id) ?? 0) + 1);
      entry.grid = this.gridOf(id, entry.scheduled);
      entry.dueUs = entry.grid.after(nowUs);
      this.dealtUs.delete(id);
    }
    this.heap.retain(() => true);
  }

  /** For a stop: whatever was missed and not told yet, and the instants whose probes will not come to their end. */
  unfinished(): ProbeResult[] {
    const cut = [...this.underWay].map(([scheduled, dueUs]) => missedOnce(whoIs(scheduled), dueUs, 'closed'));
    this.underWay.clear();
    return [...[...this.entries.values()].flatMap((entry) => this.takeMissed(entry)), ...cut].sort(
      byTimestamp,
    );
  }

  /** Goes on where another schedule left off. What was due since is missed. */
  private resume(
    id: string,
    scheduled: T,
    { startUs, nowUs }: From,
    knownUs: number,
    reason: MissedReason,
  ): ProbeResult[] {
    this.deal(id, knownUs);
    const nextUs = this.gridOf(id, scheduled).after(nowUs);
    this.add(id, scheduled, { startUs: nextUs - nowUs <= RESUME_WITHIN_US ? nextUs : startUs, nowUs });
    const intervalUs = scheduled.target.intervalMs * 1000;
    const untilUs = (this.entries.get(id)?.dueUs ?? nowUs) - intervalUs / 2;
    return missedRows(whoIs(scheduled), { fromUs: knownUs + intervalUs, untilUs, intervalUs }, reason);
  }

  private add(id: string, scheduled: T, { startUs, nowUs }: From): void {
    const dealtUs = this.dealtUs.get(id) ?? Number.NEGATIVE_INFINITY;
    const isAhead = dealtUs - nowUs > MAX_WAIT_BACK_US;
    if (isAhead) {
      // The clock was set back since: what this target's grid was is not known, so a place beside all of it is taken.
      this.shifts.set(id, (this.shifts.get(id) ?? 0) + 1 + (Math.floor(nowUs / 1000) % 997));
      this.dealtUs.delete(id);
    }
    const grid = this.gridOf(id, scheduled);
    const dueUs = isAhead ? grid.after(nowUs) : Math.max(startUs, dealtUs + 1);
    const entry: Entry<T> = { scheduled, grid, dueUs, running: false, removed: false, missed: null };
    this.entries.set(id, entry);
    this.heap.push(entry);
  }

  private gridOf(id: string, { target }: T): DueGrid {
    return new DueGrid(id, target.intervalMs * 1000, this.shifts.get(id));
  }

  /**
   * Takes care of all instants of an entry that are due, and moves it on to the next.
   * @param over why none of them can be run any more, if so
   */
  private dealWith(
    entry: Entry<T>,
    nowUs: number,
    over: 'asleep' | 'busy' | null,
    missed: ProbeResult[],
  ): DueProbe<T> | null {
    const { scheduled, grid, dueUs } = entry;
    const startable = scheduled.canRun && over === null && !entry.running;
    const reason = scheduled.canRun ? (over ?? (entry.running ? 'running' : 'busy')) : 'noSecret';
    const secondUs = this.nextOf(grid, dueUs);
    const latestUs = secondUs > nowUs ? dueUs : grid.atOrBefore(nowUs);
    // The first instant of a target lies beside its grid, and then in a row of its own.
    const fromUs = latestUs === dueUs || grid.holds(dueUs) ? dueUs : secondUs;
    if (fromUs !== dueUs) missed.push(...this.miss(entry, dueUs, dueUs, reason));
    const untilUs = startable ? latestUs - grid.intervalUs : latestUs;
    if (untilUs >= fromUs) missed.push(...this.miss(entry, fromUs, untilUs, reason));
    if (startable || over !== null) missed.push(...this.takeMissed(entry));
    entry.dueUs = this.nextOf(grid, latestUs);
    this.deal(scheduled.target.id, latestUs);
    if (!startable) return null;
    entry.running = true;
    this.underWay.set(scheduled, latestUs);
    return { scheduled, dueUs: latestUs };
  }

  /** The due instant after one that was dealt with: a target probed out of turn first gets half an interval of rest. */
  private nextOf(grid: DueGrid, dealtUs: number): number {
    return grid.after(grid.holds(dealtUs) ? dealtUs : dealtUs + grid.intervalUs / 2);
  }

  private deal(id: string, dueUs: number): void {
    if (dueUs > (this.dealtUs.get(id) ?? Number.NEGATIVE_INFINITY)) this.dealtUs.set(id, dueUs);
  }

  private miss(entry: Entry<T>, fromUs: number, untilUs: number, reason: MissedReason): ProbeResult[] {
    const { missed, grid } = entry;
    let told: ProbeResult[] = [];
    if (missed !== null && missed.reason === reason && fromUs - missed.untilUs === grid.intervalUs) {
      missed.untilUs = untilUs;
    } else {
      told = this.takeMissed(entry);
      entry.missed = { fromUs, untilUs, intervalUs: grid.intervalUs, reason };
    }
    const keptUs = untilUs - (entry.missed?.fromUs ?? fromUs) + grid.intervalUs;
    return reason !== 'running' && keptUs >= TELL_MISSED_US ? [...told, ...this.takeMissed(entry)] : told;
  }

  private takeMissed(entry: Entry<T>): ProbeResult[] {
    const { missed, scheduled } = entry;
    if (missed === null) return [];
    entry.missed = null;
    return missedRows(whoIs(scheduled), missed, missed.reason);
  }
}

function whoIs({ target, displayUrl }: ScheduledTarget) {
  return { targetId: target.id, url: displayUrl, configVersion: target.configVersion };
}

function isSame(a: ScheduledTarget, b: ScheduledTarget): boolean {
  return (
    a.target.configVersion === b.target.configVersion &&
    a.canRun === b.canRun &&
    a.displayUrl === b.displayUrl
  );
}
