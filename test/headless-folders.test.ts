import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CountingServer, startCountingServer } from './support/counting-server';
import { waitUntil } from './support/engine-client';
import { type HeadlessProcess, startHeadless } from './support/headless-process';
import { openLakeCheck } from './support/lake-check';
import { createSmallDisk } from './support/small-disk';

let server: CountingServer;
let folder: string;
let running: HeadlessProcess[] = [];

beforeAll(async () => {
  server = await startCountingServer();
});
afterAll(() => server.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'uptimer-folders-'));
  running = [];
});
afterEach(async () => {
  await Promise.all(running.map((engine) => engine.kill('SIGKILL')));
  rmSync(folder, { recursive: true, force: true });
});

function start(args: string[]): HeadlessProcess {
  const url = `http://127.0.0.1:${server.port}/ok`;
  const engine = startHeadless([
    ...args,
    '--port',
    '0',
    '--interval',
    '200ms',
    '--flush',
    '1s',
    '--url',
    url,
  ]);
  running.push(engine);
  return engine;
}

/** The one sentence on stderr, without a stack. */
function refusal(args: string[]): string {
  const { status, stderr } = spawnSync(process.execPath, ['out/main/headless.js', ...args], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  expect(status).toBe(2);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  return stderr;
}

describe('folders that cannot be used', () => {
  it('are refused with one sentence that names folder and option', () => {
    const file = join(folder, 'file');
    writeFileSync(file, 'mine');
    const inside = join(file, 'deeper');
    expect(refusal(['--data', file])).toContain(`${file} is not a folder: choose another one with --data`);
    expect(refusal(['--data', inside])).toContain(`${inside} is not a folder`);
    const asLake = refusal(['--data', join(folder, 'data'), '--lake', file, '--lang', 'es']);
    expect(asLake).toContain(`${file} no es una carpeta`);
    expect(asLake).toContain('--lake');
  });

  it('are refused when their disk is read-only', ({ skip }) => {
    const disk = createSmallDisk(4);
    if ('reason' in disk) return skip(disk.reason);
    try {
      disk.setReadOnly(true);
      expect(refusal(['--data', disk.directory])).toContain('read-only');
      expect(refusal(['--data', folder, '--lake', join(disk.directory, 'lake')])).toContain('--lake');
    } finally {
      disk.remove();
    }
  });

  it('are refused when parts inside them are not what they must be', () => {
    const data = join(folder, 'data');
    mkdirSync(data);
    writeFileSync(join(data, 'event-log'), 'no folder');
    expect(refusal(['--data', data])).toContain(join(data, 'event-log'));
    const lake = join(folder, 'lake');
    mkdirSync(lake);
    writeFileSync(join(lake, 'lake1_raw'), 'no folder');
    const words = refusal(['--data', join(folder, 'other'), '--lake', lake]);
    expect(words.split(join(lake, 'lake1_raw'))).toHaveLength(2);
    expect(words).toContain('--lake');
  });
});

describe('a lake with two data folders', () => {
  it('is written by one engine at a time', async () => {
    const lake = join(folder, 'lake');
    const first = start(['--data', join(folder, 'a'), '--lake', lake]);
    await first.address;
    const words = refusal(['--data', join(folder, 'b'), '--lake', lake]);
    expect(words).toContain(`${lake} is in use by another UpTimer (process ${first.child.pid})`);
    expect(words).toContain('--lake');
  });

  it('takes what both measured when they run in turn', async () => {
    const lake = join(folder, 'lake');
    const acknowledged: string[] = [];
    for (const [name, count, signal] of [
      ['a', 5, 'SIGKILL'],
      ['b', 30, 'SIGTERM'],
      ['a', 5, 'SIGTERM'],
    ] as const) {
      const engine = start(['--data', join(folder, name), '--lake', lake]);
      await engine.address;
      await waitUntil(() => engine.acknowledged.length >= count, 15_000);
      await engine.kill(signal);
      acknowledged.push(...engine.acknowledged);
    }
    const check = await openLakeCheck(lake, 60_000);
    const keys = await check.rawKeys();
    expect(acknowledged.filter((key) => keys.get(key) !== 1)).toEqual([]);
    expect([...keys].filter(([, count]) => count !== 1)).toEqual([]);
    expect(await check.missingSeqs()).toEqual([]);
    expect(await check.windowDifferences()).toEqual([]);
    check.close();
  }, 40_000);
});

describe('a lake that is taken away while the engine runs', () => {
  it('is begun anew by itself, and misses nothing that was measured since', async () => {
    const engine = start(['--data', folder]);
    await engine.address;
    await waitUntil(() => engine.acknowledged.length > 5);
    const lake = join(folder, 'datalake');
    rmSync(lake, { recursive: true });
    const before = engine.acknowledged.length;
    const check = await openLakeCheck(lake, 60_000);
    await waitUntil(async () => (await check.rawKeys()).has(engine.acknowledged[before] ?? ''), 20_000);
    expect(await engine.kill('SIGTERM')).toMatchObject({ code: 0 });
    const keys = await check.rawKeys();
    expect(engine.acknowledged.slice(before).filter((key) => keys.get(key) !== 1)).toEqual([]);
    expect([...keys].filter(([, count]) => count !== 1)).toEqual([]);
    expect(await check.windowDifferences()).toEqual([]);
    check.close();
  }, 40_000);
});

describe('commands for a folder on which nothing runs', () => {
  it('say so, and make no folder', () => {
    const data = join(folder, 'mistyped');
    expect(refusal(['restart', 'lake', '--data', data])).toContain(data);
    expect(existsSync(data)).toBe(false);
  });

  it('leave nothing of a start that is refused for its options', () => {
    const data = join(folder, 'new');
    const lake = join(folder, 'lake');
    expect(refusal(['--role', 'aggregator', '--data', data, '--lake', lake])).toContain('--kafka HOST:PORT');
    expect(refusal(['--role', 'prober', '--data', data])).toContain('--kafka HOST:PORT');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('say so when an engine was killed there', async () => {
    const engine = start(['--data', folder]);
    await engine.address;
    await engine.kill('SIGKILL');
    expect(readdirSync(folder)).toContain('runtime.json');
    expect(refusal(['restart', 'lake', '--data', folder])).toContain(folder);
  });
});

describe('an engine that is asked to stop', () => {
  let silent: Server;
  afterEach(() => silent?.close());

  it('while it starts ends with 0', async () => {
    const engine = start(['--data', folder]);
    await waitUntil(() => existsSync(join(folder, 'event-log')));
    expect(await engine.kill('SIGTERM')).toMatchObject({ code: 0 });
    expect(existsSync(join(folder, 'runtime.json'))).toBe(false);
  });

  it('while nobody answers its probes ends with 0 within 5 s', async () => {
    let connections = 0;
    silent = createServer(() => {
      connections += 1;
    });
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    const engine = startHeadless(['--data', folder, '--port', '0', '--url', `http://127.0.0.1:${port}/`]);
    running.push(engine);
    await waitUntil(() => connections > 0);
    const askedAt = Date.now();
    expect(await engine.kill('SIGTERM')).toMatchObject({ code: 0 });
    expect(Date.now() - askedAt).toBeLessThan(5000);
    expect(engine.output()).toContain('everything measured is in the lake');
  });
});
