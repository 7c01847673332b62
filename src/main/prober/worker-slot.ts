import { Worker } from 'node:worker_threads';
import { AppError } from '../../shared/contract/app-error';
import type { ProbeResult } from '../../shared/domain/probe-event';
import type { Logger } from '../platform/logger';
import type { MissedReason } from './missed-row';
import type { ProbeTarget } from './prober';
import type { FromWorker, ToWorker, WorkerBeat, WorkerData } from './worker-protocol';

/** A worker that gave no sign of life at so many looks, one a second, is ended and replaced. */
const SILENT_LOOKS = 5;
/** The first sign may take longer: a thread has to start, perhaps on a machine that is busy starting. */
const FIRST_SILENT_LOOKS = 30;
/** A worker that ends again and again is replaced ever more slowly. */
const RESTART_DELAY_MS = 200;
const MAX_RESTART_DELAY_MS = 10_000;
/** After so many beats a worker counts as well again. */
const HEALTHY_BEATS = 10;
/** What a worker that stops may take beyond its grace before it is ended, ms. */
const STOP_MARGIN_MS = 500;
/** What a probe leaves behind dies young: a small nursery is emptied in a fraction of a millisecond, and the thread stays small. */
const YOUNG_GENERATION_MB = 6;
/** The environment may hold secrets: a worker gets resolved requests and, of the rest, what names and TLS need. */
const WORKER_ENV = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'LOCALDOMAIN', 'RES_OPTIONS'];

export interface SlotOptions {
  workerPath: string;
  data: WorkerData;
  logger: Logger;
  onResults: (results: ProbeResult[]) => void;
  /** A worker ended by itself; called before its successor probes anything. */
  onCrash: (index: number, targets: readonly ProbeTarget[], reason: string) => void;
  /** By target: the last instant known to be dealt with; for a worker that begins. */
  lastDueUs: (targets: readonly ProbeTarget[]) => ReadonlyMap<string, number>;
}

interface Question {
  resolve: (result: ProbeResult) => void;
  reject: (error: AppError) => void;
}

/** One place in the pool: its targets, and the thread that probes them now. A thread that dies is replaced. */
export class WorkerSlot {
  targets: readonly ProbeTarget[] = [];
  restarts = 0;
  beat: WorkerBeat | null = null;
  private worker: Worker | null = null;
  private running = false;
  private relaunch: NodeJS.Timeout | null = null;
  private restartDelayMs = RESTART_DELAY_MS;
  private beats = 0;
  private silentLooks = 0;
  private endReason = '';
  private stopped: (() => void) | null = null;
  private readonly asked = new Map<number, Question>();
  private nextQuestion = 1;

  constructor(
    readonly index: number,
    private readonly options: SlotOptions,
  ) {}

  get alive(): boolean {
    return this.worker !== null;
  }

  start(targets: readonly ProbeTarget[]): void {
    this.running = true;
    this.targets = targets;
    this.launch('closed');
  }

  setTargets(targets: readonly ProbeTarget[]): void {
    this.targets = targets;
    this.tell({ kind: 'targets', targets });
  }

  probeOnce(target: ProbeTarget): Promise<ProbeResult> {
    return new Promise((resolve, reject) => {
      if (this.worker === null) return reject(unavailable());
      const id = this.nextQuestion++;
      this.asked.set(id, { resolve, reject });
      this.tell({ kind: 'once', id, target });
    });
  }

  async stop(graceMs: number): Promise<void> {
    this.running = false;
    if (this.relaunch !== null) clearTimeout(this.relaunch);
    this.relaunch = null;
    const { worker } = this;
    if (worker !== null) {
      let giveUp: NodeJS.Timeout | null = null;
      await new Promise<void>((resolve) => {
        this.stopped = resolve;
        worker.once('exit', () => resolve());
        // One that hangs cannot answer: what it had not handed over is lost before it was acknowledged.
        giveUp = setTimeout(resolve, graceMs + STOP_MARGIN_MS);
        this.tell({ kind: 'stop', graceMs });
      });
      if (giveUp !== null) clearTimeout(giveUp);
      this.worker = null;
      await worker.terminate();
    }
    this.beat = null;
    this.giveUpQuestions();
  }

  /** To be called once a second. Counts looks instead of measuring time: a machine that slept did not see any. */
  look(): void {
    if (this.worker === null) return;
    this.silentLooks += 1;
    if (this.silentLooks <= (this.beats === 0 ? FIRST_SILENT_LOOKS : SILENT_LOOKS)) return;
    this.endReason = 'it gave no sign of life';
    this.silentLooks = 0;
    this.options.logger.error(
      { worker: this.index },
      'a prober thread gives no sign of life and is replaced',
    );
    void this.worker.terminate();
  }

  /** @param reason why the new worker's targets may have a gap */
  private launch(reason: MissedReason): void {
    const { workerPath, data, logger } = this.options;
    const worker = new Worker(workerPath, {
      workerData: data,
      env: Object.fromEntries(
        WORKER_ENV.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
      ),
      name: `prober-${this.index}`,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    });
    this.worker = worker;
    this.beats = 0;
    this.silentLooks = 0;
    this.endReason = 'it ended by itself';
    worker.on('message', (message: FromWorker) => this.receive(message));
    worker.on('error', (error) => {
      this.endReason = nameOf(error);
      // Never the message: it may hold the URL of a request.
      const at = error.stack?.split('\n').filter((line) => /^\s+at /.test(line));
      logger.error({ worker: this.index, fault: this.endReason, at }, 'a prober thread failed');
    });
    worker.on('exit', () => {
      if (this.worker !== worker) return;
      this.worker = null;
      this.beat = null;
      this.giveUpQuestions();
      if (this.running) this.replace(this.endReason);
    });
    const { targets } = this;
    this.tell({ kind: 'targets', targets, before: { lastDueUs: this.options.lastDueUs(targets), reason } });
  }

  private replace(reason: string): void {
    this.restarts += 1;
    const delayMs = this.restartDelayMs;
    this.restartDelayMs = Math.min(2 * delayMs, MAX_RESTART_DELAY_MS);
    this.relaunch = setTimeout(() => {
      this.relaunch = null;
      this.options.onCrash(this.index, this.targets, reason);
      this.launch('crashed');
    }, delayMs);
  }

  private receive(message: FromWorker): void {
    this.silentLooks = 0;
    if (message.kind === 'results') this.options.onResults(message.results);
    else if (message.kind === 'beat') {
      this.beat = message.beat;
      this.beats += 1;
      if (this.beats >= HEALTHY_BEATS) this.restartDelayMs = RESTART_DELAY_MS;
    } else if (message.kind === 'fault') {
      const { targetId, name } = message;
      this.options.logger.error({ target: targetId, fault: name }, 'a target could not be probed');
    } else if (message.kind === 'stopped') this.stopped?.();
    else {
      this.asked.get(message.id)?.resolve(message.result);
      this.asked.delete(message.id);
    }
  }

  private giveUpQuestions(): void {
    for (const { reject } of this.asked.values()) reject(unavailable());
    this.asked.clear();
  }

  private tell(message: ToWorker): void {
    this.worker?.postMessage(message);
  }
}

function nameOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

function unavailable(): AppError {
  const options = { domain: 'internal', retry: 'backoff' } as const;
  return new AppError('unavailable', 'the prober is not running at this moment; try again', options);
}
