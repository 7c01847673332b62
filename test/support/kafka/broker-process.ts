import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { Kafka, type KafkaConfig, logLevel } from 'kafkajs';
import type { Watchdog } from './watchdog';

const READY_MS = 120_000;
const STOP_MS = 30_000;
const ASK_EVERY_MS = 100;

export interface BrokerProcessOptions {
  id: number;
  /** All the arguments of `java`. */
  java: readonly string[];
  logFile: string;
  /** How to reach this very broker, as somebody who may do everything. */
  client: Pick<KafkaConfig, 'sasl'> & { brokers: string[] };
  watchdog: Watchdog;
}

export interface BrokerProcess {
  pid(): number | null;
  log(): string;
  /** Starts the JVM, unless it runs; rejects with the end of its log when it ends before it is ready. */
  start(): Promise<void>;
  stop(): Promise<void>;
  kill(): Promise<void>;
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
}

/** One JVM with a broker in it. */
export function createBrokerProcess(options: BrokerProcessOptions): BrokerProcess {
  const { id, watchdog } = options;
  let child: ChildProcess | null = null;

  const launch = (): ChildProcess => {
    const out = openSync(options.logFile, 'a');
    // The log in a file: a pipe would end with us, and the broker would notice before the watchdog does.
    const started = spawn('java', options.java, { stdio: ['ignore', out, out] });
    closeSync(out);
    const { pid } = started;
    if (pid !== undefined) watchdog.kill(pid);
    started.once('exit', () => {
      if (pid !== undefined) watchdog.forget(pid);
      if (child === started) child = null;
    });
    started.once('error', () => {
      if (child === started) child = null;
    });
    return started;
  };

  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    const running = child;
    if (running === null) return;
    const exited = once(running, 'exit');
    running.kill(signal);
    // Nobody takes longer for an orderly stop than this, whatever it still waits for.
    const escalate = setTimeout(() => running.kill('SIGKILL'), STOP_MS);
    await exited;
    clearTimeout(escalate);
  };

  const log = (): string => readFileSync(options.logFile, 'utf8');

  return {
    pid: () => child?.pid ?? null,
    log,
    async start() {
      child ??= launch();
      const endMs = performance.now() + READY_MS;
      while (!(await isUnfenced(options.client, id))) {
        if (child === null) throw new Error(`broker ${id} ended before it was ready:\n${tailOf(log())}`);
        if (performance.now() > endMs)
          throw new Error(`broker ${id} is not ready in time:\n${tailOf(log())}`);
        await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
      }
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    signal(signal) {
      child?.kill(signal);
    },
  };
}

/** The broker itself answers, and counts itself among those that serve: a fenced one is in no answer. */
async function isUnfenced(client: BrokerProcessOptions['client'], id: number): Promise<boolean> {
  const admin = new Kafka({
    ...client,
    clientId: 'readiness',
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1_000,
    requestTimeout: 3_000,
    retry: { retries: 0 },
  }).admin();
  try {
    await admin.connect();
    const { brokers } = await admin.describeCluster();
    return brokers.some(({ nodeId }) => nodeId === id);
  } catch {
    return false;
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

function tailOf(text: string): string {
  return text.split('\n').slice(-25).join('\n');
}
