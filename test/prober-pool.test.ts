import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../src/main/platform/clock';
import { createLogger } from '../src/main/platform/logger';
import { createProber, type ProberOptions } from '../src/main/prober/create-prober';
import type { Prober } from '../src/main/prober/prober';
import { probeTargetOf } from '../src/main/prober/prober-fixtures';
import type { ProbeResult } from '../src/shared/domain/probe-event';
import { createCertificates, hasOpenssl } from './support/certificates';
import { eventually } from './support/eventually';
import { type MisbehavingServer, startMisbehavingServer } from './support/misbehaving-server';

const WORKER = resolve('out/main/prober-worker.js');
const SECOND_US = 1_000_000;

let server: MisbehavingServer;
let directory: string;
beforeAll(async () => {
  server = await startMisbehavingServer();
  directory = mkdtempSync(join(tmpdir(), 'uptimer-pool-'));
});
afterAll(async () => {
  await server.close();
  rmSync(directory, { recursive: true, force: true });
});

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

function run(options: Partial<ProberOptions> = {}) {
  const results: ProbeResult[] = [];
  const prober: Prober = createProber({
    workerPath: WORKER,
    clock: systemClock,
    logger: createLogger('silent'),
    version: '1.2.3',
    poolSize: 2,
    onResults: (batch) => results.push(...batch),
    ...options,
  });
  stops.push(() => prober.stop());
  return { prober, results, of: (id: string) => results.filter((row) => row.target_id === id) };
}
const target = (id: string, path = '/ok', fields = {}) =>
  probeTargetOf({ id, url: server.url(path), intervalMs: 200, ...fields });

/** Every due instant a list of rows accounts for, ascending. */
function instants(rows: readonly ProbeResult[]): number[] {
  return rows
    .filter((row) => row.is_final_attempt)
    .flatMap((row) => {
      const count = row.missed_count ?? 1;
      const stepUs = count === 1 ? 0 : ((row.missed_until ?? 0) - row.timestamp) / (count - 1);
      return Array.from({ length: count }, (_, index) => row.timestamp + index * stepUs);
    })
    .sort((a, b) => a - b);
}

describe('the prober', () => {
  it('probes every target on exactly one thread, at its own rate', async () => {
    const { prober, of } = run();
    const ids = Array.from({ length: 20 }, (_, index) => `target-${index}`);
    await prober.start(
      ids.map((id) => target(id, `/ok?${id}`)),
      [],
    );
    await eventually(() => ids.every((id) => of(id).length >= 8)).toBe(true);
    await prober.stop();
    for (const id of ids) {
      const dues = instants(of(id));
      expect(new Set(dues).size).toBe(dues.length);
      for (const [index, dueUs] of dues.slice(2).entries())
        expect(dueUs - (dues[index + 1] ?? 0)).toBe(200_000);
      const asked = server.requests.filter(({ path }) => path === `/ok?${id}`).length;
      expect(asked).toBe(of(id).filter(({ outcome }) => outcome === 'up').length);
    }
    const { workers } = prober.stats();
    expect(workers.reduce((sum, worker) => sum + worker.targets, 0)).toBe(20);
    expect(server.requests.at(-1)?.headers['user-agent']).toBe('UpTimer/1.2.3 (+uptime monitor)');
  });

  it('has no threads that could be down before it is started', async () => {
    const { prober } = run();
    expect(prober.stats().workers).toEqual([]);
    await prober.start([target('a')], []);
    await eventually(() => prober.stats().workers.map(({ alive }) => alive)).toContain(true);
  });

  it('hands over the gap since it last ran before any probe, in order of time', async () => {
    const { prober, results } = run();
    const nowUs = systemClock.nowUs();
    await prober.start(
      [target('b'), target('a'), target('new')],
      [
        { targetId: 'a', timestampUs: nowUs - 10 * SECOND_US },
        { targetId: 'b', timestampUs: nowUs - 20 * SECOND_US },
      ],
    );
    const gaps = results.filter(({ outcome }) => outcome === 'missed');
    expect(results.slice(0, gaps.length)).toEqual(gaps);
    expect(gaps.map(({ timestamp }) => timestamp)).toEqual(gaps.map(({ timestamp }) => timestamp).sort());
    for (const gap of gaps) expect(gap.failure_code).toBe('closed');
    const counted = (id: string) =>
      gaps.filter((gap) => gap.target_id === id).reduce((sum, gap) => sum + (gap.missed_count ?? 0), 0);
    expect(counted('a')).toBeGreaterThanOrEqual(49);
    expect(counted('b')).toBeGreaterThanOrEqual(99);
    expect(counted('new')).toBe(0);
    await eventually(() => results.length).toBeGreaterThan(gaps.length + 3);
  });

  it('applies edits at once and leaves the ticks of other targets alone', async () => {
    const { prober, of } = run();
    await prober.start([target('keeps'), target('goes')], []);
    await eventually(() => of('keeps').length).toBeGreaterThan(3);
    const editedUs = systemClock.nowUs();
    prober.setTargets([target('keeps'), target('comes')]);
    await eventually(() => of('comes').length).toBeGreaterThan(0);
    expect((of('comes')[0]?.timestamp ?? 0) - editedUs).toBeLessThan(SECOND_US);
    const before = of('keeps').length;
    await eventually(() => of('keeps').length).toBeGreaterThan(before + 3);
    const dues = instants(of('keeps'));
    for (const [index, dueUs] of dues.slice(2).entries())
      expect(dueUs - (dues[index + 1] ?? 0)).toBe(200_000);
    expect(of('goes').every(({ timestamp }) => timestamp <= editedUs + 200_000)).toBe(true);
  });

  it('neither probes nor misses what is paused', async () => {
    const { prober, of } = run();
    await prober.start([target('a'), target('other')], []);
    await eventually(() => of('a').length).toBeGreaterThan(2);
    prober.setTargets([target('a', '/ok', { paused: true, configVersion: 2 }), target('other')]);
    const paused = of('other').length;
    await eventually(() => of('other').length).toBeGreaterThan(paused + 4);
    prober.setTargets([target('a', '/ok', { configVersion: 3 }), target('other')]);
    await eventually(() => of('a').filter((row) => row.config_version === 3).length).toBeGreaterThan(2);
    expect(of('a').filter(({ outcome }) => outcome === 'missed')).toEqual([]);
  });

  it('probes once on demand, whether or not the target is in its list', async () => {
    const { prober, results } = run();
    await expect(prober.probeOnce(target('x'))).rejects.toMatchObject({ code: 'unavailable' });
    await prober.start([], []);
    expect(await prober.probeOnce(target('x', '/status/503'))).toMatchObject({
      outcome: 'down',
      failure_code: 'unexpected_status',
    });
    expect(results).toEqual([]);
  });

  it('stops within its grace, and gives up what is still under way', async () => {
    const { prober, of } = run();
    await prober.start([target('stuck', '/hang', { intervalMs: 60_000 })], []);
    await eventually(() => server.requests.filter(({ path }) => path === '/hang').length).toBeGreaterThan(0);
    const startMs = performance.now();
    await prober.stop(200);
    await prober.stop();
    expect(performance.now() - startMs).toBeLessThan(1500);
    expect(of('stuck')).toMatchObject([{ outcome: 'missed', failure_code: 'closed' }]);
  });

  it('restarts, and the gap is missed', async () => {
    const { prober, of } = run();
    await prober.start([target('a')], []);
    await eventually(() => of('a').length).toBeGreaterThan(2);
    await prober.restart();
    const before = of('a').length;
    await eventually(() => of('a').length).toBeGreaterThan(before + 3);
    const dues = instants(of('a'));
    expect(new Set(dues).size).toBe(dues.length);
    for (const [index, dueUs] of dues.slice(1).entries())
      expect(dueUs - (dues[index] ?? 0)).toBeLessThan(400_000);
  });

  it('lives one life at a time, however starts, restarts and stops are called', async () => {
    const { prober, of } = run();
    const list = [target('a', '/ok?lives'), target('b', '/ok?lives')];
    await Promise.all([
      prober.start(list, []),
      prober.restart(),
      prober.restart(),
      prober.stop(),
      prober.start(list, []),
    ]);
    await eventually(() => of('a').length).toBeGreaterThan(5);
    await prober.stop();
    const [rows, requests] = [of('a').length, server.requests.length];
    for (const id of ['a', 'b']) {
      const dues = instants(of(id));
      expect(new Set(dues).size).toBe(dues.length);
    }
    // No thread is left that nobody stops.
    await new Promise((resume) => setTimeout(resume, 500));
    expect([of('a').length, server.requests.length]).toEqual([rows, requests]);
  });

  it.skipIf(!hasOpenssl())('trusts the authorities it is given', async () => {
    const { ca, valid } = createCertificates();
    const secure = await startMisbehavingServer({ tls: valid });
    const { prober, of } = run({ extraCa: [ca] });
    await prober.start([probeTargetOf({ id: 'tls', url: secure.url('/ok'), intervalMs: 200 })], []);
    await eventually(() => of('tls').length).toBeGreaterThan(1);
    await prober.stop();
    await secure.close();
    expect(of('tls')[0]).toMatchObject({ outcome: 'up', status_code: 200 });
    expect(of('tls')[0]?.tls_ms).toBeGreaterThan(0);
  });
});

describe('a thread that fails', () => {
  /** A worker file that breaks, once, as `fault` says. */
  const faulty = (fault: string): string => {
    const path = join(directory, `${fault}.mjs`);
    const options = { worker: WORKER, mark: join(directory, `${fault}.mark`), fault };
    const helper = pathToFileURL(resolve('test/support/faulty-worker.mjs')).href;
    writeFileSync(
      path,
      `import { runFaultyWorker } from '${helper}';\nawait runFaultyWorker(${JSON.stringify(options)});\n`,
    );
    return path;
  };

  it.each([
    ['throws', 'throw', 'Error'],
    ['ends', 'exit', 'it ended by itself'],
    ['blocks', 'block', 'it gave no sign of life'],
  ])(
    'because it %s is replaced; its gap is missed, the other thread goes on',
    async (_what, fault, reason) => {
      const restarted: string[] = [];
      const lines: string[] = [];
      const logger = pino({ base: null }, { write: (line) => void lines.push(line) });
      const { prober, results, of } = run({
        workerPath: faulty(fault),
        logger,
        onWorkerRestart: (_index, why) => void restarted.push(why),
      });
      const ids = Array.from({ length: 10 }, (_, index) => `target-${index}`);
      await prober.start(
        ids.map((id) => target(id)),
        [],
      );
      // Asked of a thread that is about to break or of the one that goes on: an answer comes either way.
      const asked = Promise.allSettled(
        Array.from({ length: 4 }, () => prober.probeOnce(target('x', '/hang', { timeoutMs: 1500 }))),
      );
      await eventually(() => restarted).toEqual([reason]);
      for (const answer of await asked) {
        if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ code: 'unavailable' });
        else expect(answer.value).toMatchObject({ failure_code: 'timeout_response' });
      }
      const at = results.length;
      await eventually(() => results.length).toBeGreaterThan(at + 50);
      await prober.stop();
      const crashed = ids.filter((id) => of(id).some((row) => row.failure_code === 'worker_crashed'));
      expect(crashed.length).toBeGreaterThan(0);
      expect(crashed.length).toBeLessThan(ids.length);
      for (const id of ids) {
        const dues = instants(of(id));
        expect(new Set(dues).size).toBe(dues.length);
        // No hole, neither where the thread broke nor where its successor began.
        for (const [index, dueUs] of dues.slice(2).entries())
          expect(dueUs - (dues[index + 1] ?? 0)).toBe(200_000);
      }
      expect(prober.stats().workers.reduce((sum, { restarts }) => sum + restarts, 0)).toBe(1);
      expect(lines.join('')).not.toContain('hunter2');
    },
  );
});
