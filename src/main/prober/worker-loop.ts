import type { ProbeResult } from '../../shared/domain/probe-event';
import type { Clock } from '../platform/clock';
import { EventTime } from './event-time';
import type { ProbeContext } from './probe-fn';
import type { ProbeTarget } from './prober';
import { runProbe } from './run-probe';
import { type Before, Schedule, type ScheduledTarget } from './schedule';
import type { FromWorker, ToWorker, WorkerBeat } from './worker-protocol';

/** Results wait so long for company before they cross to the main thread, ms. */
const BATCH_MS = 8;
const BEAT_MS = 1000;
/** The longest sleep: a stopped or suspended process is noticed soon after it goes on. */
const MAX_SLEEP_MS = 1000;
/**
 * So many probes start before the network is looked at again: a thread that cannot keep up finishes what it began, instead of
 * beginning everything and measuring its own crowd.
 */
const STARTS_PER_TURN = 8;
/** The loop looks at the clock every second at least: longer than this, it stood still. */
const STANDSTILL_MS = 2500;

/** A fault of ours, such as no room for one more connection, is told once a minute: every probe may meet it. */
const SAME_FAULT_MS = 60_000;

type WorkerTarget = ProbeTarget & ScheduledTarget;

/** What a worker does: keeps the schedule of its targets, runs their probes, hands over the results in small batches. */
export class WorkerLoop {
  private readonly schedule = new Schedule<WorkerTarget>();
  private readonly eventTime: EventTime;
  private outbox: ProbeResult[] = [];
  private outboxTimer: NodeJS.Timeout | null = null;
  private dueTimer: NodeJS.Timeout | null = null;
  private nextTurn: NodeJS.Immediate | null = null;
  private readonly beatTimer: NodeJS.Timeout;
  private beat: WorkerBeat = emptyBeat();
  private inFlight = 0;
  private seenMs: number;
  private standstills = 0;
  /** A standstill that the schedule was not told of yet. */
  private stoodStill = false;
  /** When each fault was told last, by its name. */
  private readonly faultsMs = new Map<string, number>();
  private stopping: (() => void) | null = null;
  private stopped = false;

  constructor(
    private readonly clock: Clock,
    private readonly context: ProbeContext,
    private readonly post: (message: FromWorker) => void,
  ) {
    this.eventTime = new EventTime(clock);
    this.seenMs = clock.monotonicMs();
    this.beatTimer = setInterval(() => this.sendBeat(), BEAT_MS);
  }

  receive(message: ToWorker): void {
    if (message.kind === 'targets') this.setTargets(message.targets, message.before);
    else if (message.kind === 'once') void this.probeOnce(message.id, message.target);
    else this.stop(message.graceMs);
  }

  private setTargets(targets: readonly ProbeTarget[], before?: Before): void {
    // What was due under the old list is dealt with before the new one comes into force.
    this.turn();
    const scheduled = targets.map((target) => ({ ...target, canRun: 'url' in target.request }));
    this.send(this.schedule.setTargets(scheduled, this.eventTime.nowUs(), before));
    this.turn();
  }

  private async probeOnce(id: number, target: ProbeTarget): Promise<void> {
    const once = { ...target, target: { ...target.target, retries: 0 } };
    await runProbe({
      ...this.runOf(once, this.eventTime.nowUs()),
      onAttempt: (result) => this.post({ kind: 'once', id, result }),
    });
  }

  private runOf(target: ProbeTarget, dueUs: number) {
    return {
      target,
      dueUs,
      context: this.context,
      eventTimeUs: () => this.eventTime.nowUs(),
      standstills: () => this.look(),
      onAttempt: (result: ProbeResult) => {
        this.beat.finished += 1;
        this.send([result]);
      },
      onFault: (name: string) => this.tellFault(target.target.id, name),
      wait: (ms: number) => new Promise<void>((resume) => setTimeout(resume, ms)),
    };
  }

  private tellFault(targetId: string, name: string): void {
    const nowMs = this.clock.monotonicMs();
    const toldMs = this.faultsMs.get(name) ?? Number.NEGATIVE_INFINITY;
    if (nowMs - toldMs < SAME_FAULT_MS) return;
    this.faultsMs.set(name, nowMs);
    this.post({ kind: 'fault', targetId, name });
  }

  /** Looks at both clocks. Returns how often the machine or the process stood still so far. */
  private look(): number {
    const nowMs = this.clock.monotonicMs();
    const steppedUs = this.eventTime.check();
    if (nowMs - this.seenMs > STANDSTILL_MS || steppedUs > 0) {
      this.standstills += 1;
      this.stoodStill = true;
    }
    if (steppedUs < 0) this.schedule.steppedBack(this.eventTime.nowUs());
    this.seenMs = nowMs;
    return this.standstills;
  }

  /** Starts what is due and sleeps until the next due instant. */
  private turn(): void {
    if (this.stopping !== null) return;
    this.sleepNoMore();
    this.look();
    const { run, missed } = this.schedule.turn(this.eventTime.nowUs(), this.stoodStill, STARTS_PER_TURN);
    this.stoodStill = false;
    this.send(missed);
    for (const { scheduled, dueUs } of run) void this.start(scheduled, dueUs);
    const nextUs = this.schedule.nextDueUs();
    if (nextUs === null) return;
    const sleepMs = Math.min(MAX_SLEEP_MS, (nextUs - this.eventTime.nowUs()) / 1000);
    if (sleepMs <= 0) this.nextTurn = setImmediate(() => this.turn());
    else this.dueTimer = setTimeout(() => this.turn(), sleepMs);
  }

  private sleepNoMore(): void {
    if (this.dueTimer !== null) clearTimeout(this.dueTimer);
    if (this.nextTurn !== null) clearImmediate(this.nextTurn);
    this.dueTimer = null;
    this.nextTurn = null;
  }

  private async start(target: WorkerTarget, dueUs: number): Promise<void> {
    this.inFlight += 1;
    this.beat.lagsMs.push((this.eventTime.nowUs() - dueUs) / 1000);
    await runProbe(this.runOf(target, dueUs));
    this.inFlight -= 1;
    this.send(this.schedule.finished(target));
    if (this.stopping !== null && this.inFlight === 0) this.stopping();
  }

  private send(results: readonly ProbeResult[]): void {
    // After the stop its instant is told as missed already.
    if (results.length === 0 || this.stopped) return;
    for (const result of results) this.outbox.push(result);
    this.outboxTimer ??= setTimeout(() => this.flush(), BATCH_MS);
  }

  private flush(): void {
    if (this.outboxTimer !== null) clearTimeout(this.outboxTimer);
    this.outboxTimer = null;
    if (this.outbox.length === 0) return;
    this.post({ kind: 'results', results: this.outbox });
    this.outbox = [];
  }

  private sendBeat(): void {
    this.turn();
    this.post({ kind: 'beat', beat: { ...this.beat, inFlight: this.inFlight } });
    this.beat = emptyBeat();
  }

  private stop(graceMs: number): void {
    if (this.stopping !== null) return;
    this.turn();
    this.sleepNoMore();
    clearInterval(this.beatTimer);
    this.stopping = () => {
      if (this.stopped) return;
      clearTimeout(grace);
      this.send(this.schedule.unfinished());
      this.stopped = true;
      this.flush();
      this.post({ kind: 'stopped' });
    };
    const grace = setTimeout(() => this.stopping?.(), graceMs);
    if (this.inFlight === 0) this.stopping();
  }
}

function emptyBeat(): WorkerBeat {
  return { finished: 0, inFlight: 0, lagsMs: [] };
}
