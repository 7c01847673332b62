import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandName, CommandOutput } from '../../src/shared/contract/commands';
import type { Health } from '../../src/shared/contract/health';
import type { KafkaPatch, Role } from '../../src/shared/domain/kafka-settings';
import { type CountingServer, startCountingServer } from './counting-server';
import { command, waitUntil } from './engine-client';
import { type HeadlessProcess, startHeadless } from './headless-process';
import { type LakeCheck, openLakeCheck } from './lake-check';

export const WINDOW_MS = 5000;
/** Short, so that a test does not wait long for a session to pass. */
export const SESSION_MS = 1500;
const PATHS = ['ok1', 'ok2', 'ok3', 'ok4', 'error', 'slow', 'cut'];
const ENGINE_ARGS = [
  ...['--port', '0', '--interval', '200ms', '--window', `${WINDOW_MS}ms`, '--watermark', '1s'],
  ...['--flush', '1s', '--seal-rows', '40', '--lang', 'en'],
];

export interface MemberOptions {
  /** `all` by default. */
  role?: Role;
  /** Whether it probes the counting server; by default all but aggregators do. */
  probes?: boolean;
  /** Its log as its own settings file says, instead of the fleet's topic. */
  ownSettings?: boolean;
  /** Instead of a folder of its name. */
  data?: string;
}

/** One engine process on its data folder. */
export interface Member {
  readonly name: string;
  readonly data: string;
  readonly process: HeadlessProcess;
  ask<N extends CommandName>(name: N, input?: unknown): Promise<CommandOutput<N>>;
  health(): Promise<Health>;
  /** Partitions that it aggregates now. */
  owned(): Promise<number[]>;
  hasTold(code: string): Promise<boolean>;
  kill(signal: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** Engine processes on one topic and one lake folder, the server that they probe, and all that they acknowledged. */
export interface Fleet {
  readonly lake: string;
  readonly server: CountingServer;
  readonly check: LakeCheck;
  readonly topic: string;
  readonly group: string;
  /** As in a settings file. */
  readonly kafka: KafkaPatch;
  /** Starts a process, again on the same folder under the same name; resolves when it listens. */
  start(name: string, options?: MemberOptions): Promise<Member>;
  /** Every `probe_id,seq` that a process acknowledged. */
  acknowledged(): string[];
  running(): readonly Member[];
  /** Resolves when the lake holds everything that was acknowledged before. */
  arrived(timeoutMs?: number): Promise<void>;
  /** Probes nothing more; resolves when what was probed is durable, and at the broker where it goes there. */
  quiet(member: Member): Promise<void>;
  /** Probes again. */
  resume(member: Member): Promise<void>;
  /**
   * Ends all probing, waits until everything acknowledged is in the lake, and stops all in an orderly way.
   * @param gone what cannot be there
   */
  finish(timeoutMs?: number, gone?: readonly string[]): Promise<void>;
  /** Kills what still runs, and removes the folders. */
  close(): Promise<void>;
}

let fleets = 0;

export async function createFleet(bootstrap: string, settings: KafkaPatch = {}): Promise<Fleet> {
  fleets += 1;
  const root = mkdtempSync(join(tmpdir(), 'uptimer-fleet-'));
  const lake = join(root, 'lake');
  mkdirSync(lake);
  const server = await startCountingServer();
  const check = await openLakeCheck(lake, WINDOW_MS);
  const topic = `events-${fleets}`;
  const group = `group-${fleets}`;
  const kafka: KafkaPatch = {
    brokers: bootstrap.split(','),
    ...{ topic, group, partitions: 6, sessionTimeoutMs: SESSION_MS },
    ...settings,
  };
  const config = join(root, 'kafka.json');
  writeFileSync(config, JSON.stringify(kafka));
  const urls = PATHS.flatMap((path) => ['--url', `http://127.0.0.1:${server.port}/${path}`]);
  const running = new Set<Member>();
  const everyone: HeadlessProcess[] = [];

  const start: Fleet['start'] = async (name, options = {}) => {
    const { role = 'all', probes = role !== 'aggregator', ownSettings = false } = options;
    const data = options.data ?? join(root, name);
    mkdirSync(data, { recursive: true });
    const process = startHeadless([
      ...ENGINE_ARGS,
      ...['--data', data, '--lake', lake],
      ...(ownSettings ? [] : ['--kafka-config', config, '--role', role]),
      ...(probes ? urls : []),
    ]);
    everyone.push(process);
    const member = memberOf(name, data, process);
    running.add(member);
    void process.exited.then(() => running.delete(member));
    await process.address;
    return member;
  };

  const acknowledged = (): string[] => everyone.flatMap((process) => process.acknowledged);

  const arrived = async (timeoutMs = 30_000, gone: readonly string[] = []): Promise<void> => {
    const isGone = new Set(gone);
    const expected = acknowledged().filter((key) => !isGone.has(key));
    let missing: string[] = [];
    const isThere = async (): Promise<boolean> => {
      const keys = await check.rawKeys();
      missing = expected.filter((key) => !keys.has(key));
      return missing.length === 0;
    };
    await waitUntil(isThere, timeoutMs).catch(async (cause: unknown) => {
      const told = [...running].map(({ name, process }) => `${name}: ${process.output().slice(-2_000)}`);
      const some = `${missing.length} of ${expected.length} acknowledged events are not in the lake, such as ${missing.slice(0, 5).join(' ')}`;
      throw new Error(`${some}\n${told.join('\n')}`, { cause });
    });
  };

  const setPaused = async (member: Member, paused: boolean): Promise<void> => {
    for (const { id } of await member.ask('targets.list')) {
      await member.ask('targets.setPaused', { id, paused });
    }
  };
  const quiet = async (member: Member): Promise<void> => {
    await setPaused(member, true);
    await waitUntil(async () => {
      const { prober, log, kafka: told } = await member.health();
      const written = member.process.acknowledged.length;
      return (
        prober.inFlight === 0 && log.unwritten === 0 && (told?.forwarder?.backlog ?? 0) === 0 && written > 0
      );
    }, 30_000);
  };

  return {
    ...{ lake, server, check, topic, group, kafka, start, acknowledged, arrived, quiet },
    running: () => [...running],
    resume: (member) => setPaused(member, false),
    async finish(timeoutMs = 30_000, gone = []) {
      for (const member of running) {
        if ((await member.health()).role !== 'aggregator') await quiet(member);
      }
      await arrived(timeoutMs, gone);
      const ended = await Promise.all([...running].map((member) => member.kill('SIGTERM')));
      const wrong = ended.filter(({ code }) => code !== 0);
      if (wrong.length > 0) throw new Error(`an orderly stop ended with ${JSON.stringify(wrong)}`);
    },
    async close() {
      await Promise.all([...running].map((member) => member.kill('SIGKILL')));
      check.close();
      await server.close();
      if (globalThis.process.env.CRASH_KEEP === undefined) rmSync(root, { recursive: true, force: true });
      else globalThis.process.stdout.write(`kept ${root}\n`);
    },
  };
}

function memberOf(name: string, data: string, process: HeadlessProcess): Member {
  const ask: Member['ask'] = async (asked, input = {}) => {
    const reply = await command(data, asked, input);
    if (!reply.ok) throw new Error(`${name} refused ${asked}: ${JSON.stringify(reply.error)}`);
    return reply.value as CommandOutput<typeof asked>;
  };
  const health = (): Promise<Health> => ask('health.get');
  return {
    ...{ name, data, process, ask, health, kill: process.kill },
    async owned() {
      const { kafka } = await health();
      return (kafka?.partitions ?? []).filter(({ owned }) => owned).map(({ partition }) => partition);
    },
    async hasTold(code) {
      return (await health()).notices.some((notice) => notice.code === code);
    },
  };
}

/** What is wrong with the lake after everything ended, as lists that are to be empty. */
export interface Verdict {
  lost: string[];
  doubled: string[];
  missing: string[];
  differences: string[];
  quarantined: string[];
  /** Rows with a response above the requests that the server counted. */
  invented: number;
  /** Probes that were run and are told to be missed as well. */
  contradicted: number;
}

export const FLAWLESS: Verdict = {
  ...{ lost: [], doubled: [], missing: [], differences: [], quarantined: [], invented: 0, contradicted: 0 },
};

/**
 * The check that every fault ends in, by an independent reader of the lake.
 * @param foreign rows with a response that other producers wrote
 */
export async function verdictOn(fleet: Fleet, foreign = 0): Promise<Verdict> {
  const { check } = fleet;
  const keys = await check.rawKeys();
  const acknowledged = fleet.acknowledged();
  if (acknowledged.length < 50) throw new Error(`only ${acknowledged.length} events: nothing was tested`);
  const responses = (await check.rowsWithResponse()) - foreign;
  return {
    lost: acknowledged.filter((key) => !keys.has(key)),
    doubled: [...keys].filter(([, count]) => count !== 1).map(([key]) => key),
    missing: await check.missingSeqs(),
    differences: await check.windowDifferences(),
    quarantined: check.quarantined().map((record) => JSON.stringify(record)),
    invented: Math.max(0, responses - fleet.server.requests()),
    contradicted: await check.contradicted(),
  };
}
