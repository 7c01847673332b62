import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CountingServer, startCountingServer } from './support/counting-server';
import { command, waitUntil } from './support/engine-client';
import { type HeadlessProcess, startHeadless } from './support/headless-process';
import { openLakeCheck } from './support/lake-check';

let server: CountingServer;
let data: string;
let running: HeadlessProcess[] = [];

beforeAll(async () => {
  server = await startCountingServer();
});
afterAll(() => server.close());
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'uptimer-headless-'));
  running = [];
});
afterEach(async () => {
  await Promise.all(running.map((engine) => engine.kill('SIGKILL')));
  rmSync(data, { recursive: true, force: true });
});

const url = (path: string): string => `http://127.0.0.1:${server.port}/${path}`;
const basic = (): string[] => [
  '--data',
  data,
  '--port',
  '0',
  '--interval',
  '200ms',
  '--flush',
  '1s',
  '--url',
  url('ok'),
];
function start(args: string[] = [], env: Record<string, string> = {}): HeadlessProcess {
  const engine = startHeadless([...basic(), ...args], env);
  running.push(engine);
  return engine;
}
const once = (args: string[]) =>
  spawnSync(process.execPath, ['out/main/headless.js', ...args], { encoding: 'utf8', timeout: 20_000 });
const rawFiles = (): string[] =>
  readdirSync(join(data, 'datalake', 'lake1_raw'), { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.parquet'));

/** Everything acknowledged stands in the lake once, and every window is true. */
async function expectWhole(acknowledged: readonly string[], windowMs = 60_000): Promise<void> {
  const check = await openLakeCheck(join(data, 'datalake'), windowMs);
  const keys = await check.rawKeys();
  expect(acknowledged.filter((key) => keys.get(key) !== 1)).toEqual([]);
  expect([...keys].filter(([, count]) => count !== 1)).toEqual([]);
  expect(await check.missingSeqs()).toEqual([]);
  expect(await check.windowDifferences()).toEqual([]);
  check.close();
}

describe('the headless engine', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'ends with 0 within 5 s of %s, everything acknowledged in the lake',
    async (signal) => {
      const engine = start();
      await engine.address;
      await waitUntil(() => engine.acknowledged.length > 10);
      const askedAt = Date.now();
      expect(await engine.kill(signal)).toMatchObject({ code: 0 });
      expect(Date.now() - askedAt).toBeLessThan(5000);
      await expectWhole(engine.acknowledged);
    },
  );

  it('measures what API_URL names and ends after its duration', async () => {
    const engine = start(['--duration', '3s'], { API_URL: url('from-environment') });
    expect(await engine.exited).toMatchObject({ code: 0 });
    const check = await openLakeCheck(join(data, 'datalake'), 60_000);
    expect(await check.countRaw()).toBeGreaterThan(10);
    check.close();
    expect(readFileSync(join(data, 'datalake', 'checkpoints', 'p00', 'checkpoint.json'), 'utf8')).toContain(
      'nextOffset',
    );
  });

  it('says what is wrong with an option and exits with 2, without a stack', () => {
    for (const args of [
      ['--intervall', '1s'],
      ['--window', '7s'],
      ['--url', 'ftp://x'],
      ['--port', '99999'],
      ['--kafka', 'a'],
    ]) {
      const { status, stderr } = once(['--data', data, ...args]);
      expect(status).toBe(2);
      expect(stderr).toContain(args[0]);
      expect(stderr).not.toMatch(/\n\s+at /);
    }
  });

  it('refuses a second engine on the same folder, naming folder and process', async () => {
    const engine = start();
    await engine.address;
    const { status, stderr } = once(basic());
    expect(status).toBe(2);
    expect(stderr).toContain(data);
    expect(stderr).toContain(String(engine.child.pid));
  });

  it('says that the port is taken and exits with 2, before anything is measured', () => {
    const before = server.requests();
    const { status, stderr } = once(['--data', data, '--port', String(server.port), '--url', url('ok')]);
    expect(status).toBe(2);
    expect(server.requests()).toBe(before);
    expect(existsSync(join(data, 'event-log'))).toBe(false);
    expect(stderr).toContain(String(server.port));
    expect(stderr).toContain('--port');
  });

  it('keeps its address over a restart, in a file that only its owner can read', async () => {
    const first = start();
    const { searchParams } = new URL(await first.address);
    await first.kill('SIGKILL');
    const second = start();
    expect(new URL(await second.address).searchParams.get('token')).toBe(searchParams.get('token'));
    if (process.platform !== 'win32') expect(statSync(join(data, 'token')).mode & 0o777).toBe(0o600);
    await second.kill('SIGTERM');
    rmSync(join(data, 'token'));
    const third = start();
    expect(new URL(await third.address).searchParams.get('token')).not.toBe(searchParams.get('token'));
  });

  it('starts the demo when asked for it, once, and measures it', async () => {
    const engine = start();
    await engine.address;
    const first = await command(data, 'demo.start');
    const second = await command(data, 'demo.start');
    const targets = first.value as { id: string; url: string }[];
    expect(first).toMatchObject({ ok: true });
    expect(targets.length).toBeGreaterThan(2);
    expect(second.value).toEqual(first.value);
    await waitUntil(async () => {
      const states = (await command(data, 'state.current')).value as { targetId: string; state: string }[];
      return targets.every(({ id }) =>
        states.some(({ targetId, state }) => targetId === id && state !== 'noData'),
      );
    });
    expect(await engine.kill('SIGTERM')).toMatchObject({ code: 0 });
  });

  it('restarts each stage while it measures, without losing or doubling anything', async () => {
    const engine = start(['--window', '5s', '--watermark', '1s']);
    await engine.address;
    for (const stage of ['prober', 'log', 'windows', 'lake']) {
      const before = engine.acknowledged.length;
      expect(once(['restart', stage, '--data', data]).status).toBe(0);
      await waitUntil(() => engine.acknowledged.length > before + 8);
    }
    expect(await engine.kill('SIGTERM')).toMatchObject({ code: 0 });
    await expectWhole(engine.acknowledged, 5000);
  });

  it('clears everything on reset, running or not, and goes on with the same prober and the next number', async () => {
    const engine = start();
    await engine.address;
    await waitUntil(() => engine.acknowledged.length > 10);
    expect(once(['reset', '--data', data]).status).toBe(2);
    expect(once(['reset', '--yes', '--data', data]).status).toBe(0);
    const [probe, last] = (engine.acknowledged.at(-1) ?? '').split(',');
    await waitUntil(() => engine.acknowledged.length > 25);
    expect(await engine.kill('SIGTERM')).toMatchObject({ code: 0 });
    const check = await openLakeCheck(join(data, 'datalake'), 60_000);
    const kept = [...(await check.rawKeys()).keys()].map((key) => key.split(','));
    expect(new Set(kept.map(([of]) => of))).toEqual(new Set([probe]));
    expect(Math.min(...kept.map(([, seq]) => Number(seq)))).toBeGreaterThan(10);
    expect(Number(last)).toBeGreaterThan(0);
    check.close();

    expect(once(['reset', '--yes', '--data', data]).status).toBe(0);
    expect(rawFiles()).toEqual([]);
    const again = start();
    await again.address;
    await waitUntil(() => again.acknowledged.length > 0);
    const [sameProbe, next] = (again.acknowledged[0] ?? '').split(',');
    expect(sameProbe).toBe(probe);
    expect(Number(next)).toBeGreaterThan(Number(engine.acknowledged.at(-1)?.split(',')[1]));
  });

  it('sets a broken checkpoint and a broken file aside, says so, and loses nothing that can be had', async () => {
    const engine = start();
    await engine.address;
    await waitUntil(() => engine.acknowledged.length > 10);
    await engine.kill('SIGTERM');
    writeFileSync(
      join(data, 'datalake', 'checkpoints', 'p00', 'checkpoint.json'),
      '{"version":1,"checksum":"x","body":',
    );
    const second = start();
    await second.address;
    await waitUntil(() => second.acknowledged.length > 5);
    const health = (await command(data, 'health.get')).value as {
      notices: { code: string; message: string }[];
    };
    expect(health.notices.map(({ code }) => code)).toContain('checkpoint_rebuilt');
    expect(await second.kill('SIGTERM')).toMatchObject({ code: 0 });
    await expectWhole([...engine.acknowledged, ...second.acknowledged]);

    const [file] = rawFiles();
    truncateSync(join(data, 'datalake', 'lake1_raw', file ?? ''), 100);
    const third = start();
    await third.address;
    const notices = ((await command(data, 'health.get')).value as typeof health).notices;
    const aside = notices.find(({ code }) => code === 'file_set_aside');
    expect(aside?.message).toContain('.parquet');
    await waitUntil(() => third.acknowledged.length > 5);
    expect(await third.kill('SIGTERM')).toMatchObject({ code: 0 });
  });

  it('refuses a lake of a newer version and touches nothing', async () => {
    const engine = start();
    await engine.address;
    await waitUntil(() => engine.acknowledged.length > 3);
    await engine.kill('SIGTERM');
    const path = join(data, 'datalake', 'checkpoints', 'p00', 'checkpoint.json');
    const newer = readFileSync(path, 'utf8').replace(/"version":\d+/, '"version":99');
    writeFileSync(path, newer);
    const { status, stderr } = once(basic());
    expect(status).toBe(2);
    expect(stderr).toMatch(/newer/);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(readFileSync(path, 'utf8')).toBe(newer);
  });

  it('takes a hand edit of targets.json within a second and disturbs no other target', async () => {
    const targets = (more: object[]) =>
      JSON.stringify({ version: 1, targets: [{ id: 'steady', url: url('ok'), intervalMs: 500 }, ...more] });
    writeFileSync(join(data, 'targets.json'), targets([]));
    const engine = startHeadless(['--data', data, '--port', '0', '--flush', '1s']);
    running.push(engine);
    await engine.address;
    await waitUntil(() => engine.acknowledged.length > 4);
    writeFileSync(join(data, 'targets.json'), targets([{ id: 'new', url: url('ok2'), intervalMs: 500 }]));
    const editedAt = Date.now();
    await waitUntil(async () => {
      const states = (await command(data, 'state.current')).value as {
        targetId: string;
        lastEventUs: number | null;
      }[];
      return states.some((state) => state.targetId === 'new' && state.lastEventUs !== null);
    });
    expect(Date.now() - editedAt).toBeLessThan(2000);
    await waitUntil(() => engine.acknowledged.length > 20);
    expect(await engine.kill('SIGTERM')).toMatchObject({ code: 0 });
    const check = await openLakeCheck(join(data, 'datalake'), 60_000);
    expect(await check.dueGaps('steady')).toEqual([500]);
    check.close();
  });

  it('changes the window length while it runs, so that no instant belongs to two lengths', async () => {
    const engine = start(['--window', '5s', '--watermark', '1s']);
    await engine.address;
    await waitUntil(() => engine.acknowledged.length > 10);
    expect(await command(data, 'settings.update', { windowMs: 10_000 })).toMatchObject({ ok: true });
    await waitUntil(async () => {
      const rows = (await command(data, 'windows.last', { limit: 5 })).value as { window_ms: number }[];
      return rows.some((row) => row.window_ms === 10_000);
    }, 15_000);
    expect(await engine.kill('SIGTERM')).toMatchObject({ code: 0 });
    const check = await openLakeCheck(join(data, 'datalake'), 5000);
    expect(await check.overlappingWindows()).toBe(0);
    check.close();
  });

  it('prints probes and the board in Spanish, without escape codes where there is no terminal', async () => {
    const engine = start(['--lang', 'es', '--log', 'prober', '--terminal', '--duration', '7s']);
    await engine.exited;
    expect(engine.output()).toMatch(/Enviado: 200 - \d+\.\d\dms/);
    expect(engine.output()).toContain('TABLERO DE CONTROL - CALIDAD DE SERVICIO (QoS)');
    expect(engine.output()).toContain('ESTADO ACTUAL');
    expect(engine.output()).toContain('OPERATIVO');
    expect(engine.output().includes('\u001b[')).toBe(false);
    expect(existsSync(join(data, 'runtime.json'))).toBe(false);
  });
});
