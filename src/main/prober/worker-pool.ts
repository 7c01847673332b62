import { Worker } from 'node:worker_threads';
import type { ProbeResult } from '../../shared/domain/probe-event';
import type { Logger } from '../platform/logger';
import { stableHash } from './due-grid';
import type { ProbeTarget } from './prober';
import type { FromWorker, ToWorker, WorkerBeat, WorkerData } from './worker-protocol';

/** A worker is looked at this often; one that gave no sign of life at so many looks is ended and replaced. */
const LOOK_MS = 2000;
const SILENT_LOOKS = 4;
const RESTART_DELAY_MS = 200;

export interface WorkerPoolOptions {
  workerPath: string;
  size: number;
  data: WorkerData;
  logger: Logger;
  onResults: (results: ProbeResult[]) => void;
  /** A worker ended by itself; called before its successor probes anything. */
  onCrash: (index: number, targets: readonly ProbeTarget[], reason: string) => void;
}

export interface PoolWorker {
  readonly index: number;
  readonly targets: readonly ProbeTarget[];
  readonly restarts: number;
  readonly alive: boolean;
  readonly beat: WorkerBeat | null;
}

interface Slot {
  index: number;
  worker: Worker | null;
  targets: ProbeTarget[];
  restarts: number;
  beat: WorkerBeat | null;
  silentLooks: number;
  stopped: (() => void) | null;
}

/** Worker threads with targets pinned to them by a stable hash. A worker that dies is replaced, with its targets. */
export class WorkerPool {
  private readonly slots: Slot[];
  private look: NodeJS.Timeout | null = null;
  private running = false;
  private readonly asked = new Map<
    number,
    { resolve: (result: ProbeResult) => void; reject: (error: Error) => void }
  >();
  private nextQuestion = 1;

  constructor(private readonly options: WorkerPoolOptions) {
    this.slots = Array.from({ length: options.size }, (_, index) => ({
      index,
      worker: null,
      targets: [],
      restarts: 0,
      beat: null,
      silentLooks: 0,
      stopped: null,
    }));
  }

  get workers(): readonly PoolWorker[] {
    return this.slots.map(({ index, targets, restarts, worker, beat }) => ({
      index,
      targets,
      restarts,
      beat,
      alive: worker !== null,
    }));
  }

  start(targets: readonly ProbeTarget[]): void {
    this.running = true;
    for (const slot of this.slots) this.launch(slot);
    this.setTargets(targets);
    this.look = setInterval(() => this.lookAtWorkers(), LOOK_MS);
  }

  setTargets(targets: readonly ProbeTarget[]): void {
    for (const slot of this.slots) {
      slot.targets = targets.filter(({ target }) => stableHash(target.id) % this.slots.length === slot.index);
      this.tell(slot, { kind: 'targets', targets: slot.targets });
    }
  }

  probeOnce(target: ProbeTarget): Promise<ProbeResult> {
    const slot = this.slots[0] as Slot;
    return new Promise((resolve, reject) => {
      const id = this.nextQuestion++;
      this.asked.set(id, { resolve, reject });
      this.tell(slot, { kind: 'once', id, target });
    });
  }

  async stop(graceMs: number): Promise<void> {
    this.running = false;
    if (this.look !== null) clearInterval(this.look);
    this.look = null;
    await Promise.all(this.slots.map((slot) => this.stopWorker(slot, graceMs)));
    for (const { reject } of this.asked.values()) reject(new Error('the prober was stopped'));
    this.asked.clear();
  }

  private async stopWorker(slot: Slot, graceMs: number): Promise<void> {
    const { worker } = slot;
    if (worker === null) return;
    let giveUp: NodeJS.Timeout | null = null;
    await new Promise<void>((resolve) => {
      slot.stopped = resolve;
      worker.once('exit', () => resolve());
      // A worker that hangs cannot answer: it is ended, and what it had not handed over is lost before it was acknowledged.
      giveUp = setTimeout(resolve, graceMs + 500);
      this.tell(slot, { kind: 'stop', graceMs });
    });
    if (giveUp !== null) clearTimeout(giveUp);
    slot.worker = null;
    slot.stopped = null;
    await worker.terminate();
  }

  private launch(slot: Slot): void {
    const worker = new Worker(this.options.workerPath, {
      workerData: this.options.data,
      // The environment may hold secrets: a worker gets resolved requests and what TLS and names need.
      env: pick(process.env, [
        'NODE_EXTRA_CA_CERTS',
        'SSL_CERT_FILE',
        'SSL_CERT_DIR',
        'LOCALDOMAIN',
        'RES_OPTIONS',
      ]),
      name: `prober-${slot.index}`,
    });
    slot.worker = worker;
    slot.silentLooks = 0;
    let reason = 'it ended';
    worker.on('message', (message: FromWorker) => this.receive(slot, message));
    worker.on('error', (error) => {
      reason = error.message;
      this.options.logger.error({ err: error, worker: slot.index }, 'a prober thread failed');
    });
    worker.on('exit', () => {
      if (slot.worker !== worker) return;
      slot.worker = null;
      if (this.running) this.replace(slot, reason);
    });
  }

  private replace(slot: Slot, reason: string): void {
    slot.restarts += 1;
    setTimeout(() => {
      if (!this.running) return;
      this.options.onCrash(slot.index, slot.targets, reason);
      this.launch(slot);
      this.tell(slot, { kind: 'targets', targets: slot.targets });
    }, RESTART_DELAY_MS);
  }

  private receive(slot: Slot, message: FromWorker): void {
    slot.silentLooks = 0;
    if (message.kind === 'results') this.options.onResults(message.results);
    else if (message.kind === 'beat') slot.beat = message.beat;
    else if (message.kind === 'stopped') slot.stopped?.();
    else {
      this.asked.get(message.id)?.resolve(message.result);
      this.asked.delete(message.id);
    }
  }

  /** Counts looks instead of measuring time: a machine that slept did not see any. */
  private lookAtWorkers(): void {
    for (const slot of this.slots) {
      slot.silentLooks += 1;
      if (slot.silentLooks > SILENT_LOOKS && slot.worker !== null) {
        this.options.logger.error(
          { worker: slot.index },
          'a prober thread gives no sign of life and is replaced',
        );
        slot.silentLooks = 0;
        void slot.worker.terminate();
      }
    }
  }

  private tell(slot: Slot, message: ToWorker): void {
    slot.worker?.postMessage(message);
  }
}

function pick(env: NodeJS.ProcessEnv, names: readonly string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}
