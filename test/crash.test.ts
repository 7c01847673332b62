import { type ChildProcess, spawn } from 'node:child_process';
import { type FSWatcher, mkdirSync, mkdtempSync, rmSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CountingServer, startCountingServer } from './support/counting-server';
import { type HeadlessProcess, startHeadless } from './support/headless-process';
import { openLakeCheck } from './support/lake-check';

/** More rounds: CRASH_ROUNDS=200 npm test -- test/crash.test.ts */
const ROUNDS = Number(process.env.CRASH_ROUNDS ?? 12);
const WINDOW_MS = 5000;

let data: string;
let lake: string;
let server: CountingServer;
let reader: ChildProcess;
let readerOutput = '';
let running: HeadlessProcess | null = null;

beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), 'uptimer-crash-'));
  lake = join(data, 'datalake');
  mkdirSync(lake);
  server = await startCountingServer();
  reader = spawn(process.execPath, ['--import', 'tsx', 'test/support/folder-reader.ts', lake], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  reader.stdout?.setEncoding('utf8').on('data', (text: string) => {
    readerOutput += text;
  });
});

afterAll(async () => {
  running?.child.kill('SIGKILL');
  reader.kill('SIGKILL');
  await server.close();
  if (process.env.CRASH_KEEP === undefined) rmSync(data, { recursive: true, force: true });
  else process.stdout.write(`kept ${data}\n`);
});

function start(): HeadlessProcess {
  const urls = ['ok1', 'ok2', 'ok3', 'ok4', 'error', 'slow', 'cut'].flatMap((path) => [
    '--url',
    `http://127.0.0.1:${server.port}/${path}`,
  ]);
  running = startHeadless([
    ...[
      '--data',
      data,
      '--port',
      '0',
      '--interval',
      '200ms',
      '--window',
      `${WINDOW_MS}ms`,
      '--watermark',
      '1s',
    ],
    ...['--flush', '1s', '--seal-rows', '40', ...urls],
  ]);
  return running;
}

/** Kills at a random moment: mostly a few milliseconds after the lake or its checkpoint was touched. */
async function killAtRandom(process: HeadlessProcess): Promise<void> {
  const aim = Math.random();
  await new Promise((resume) => setTimeout(resume, 300 + Math.random() * 2200));
  if (aim > 0.25) {
    const watchers: FSWatcher[] = [];
    await new Promise<void>((resume) => {
      const giveUp = setTimeout(resume, 3000);
      const onTouch = (): void => {
        clearTimeout(giveUp);
        setTimeout(resume, Math.random() * 12);
      };
      for (const folder of [
        lake,
        join(lake, 'checkpoints'),
        join(lake, 'checkpoints', 'tmp'),
        join(lake, 'checkpoints', 'p00'),
      ]) {
        try {
          watchers.push(watch(folder, onTouch));
        } catch {
          // Not there yet: another one will be touched.
        }
      }
    });
    for (const watcher of watchers) watcher.close();
  }
  await process.kill('SIGKILL');
}

async function waitUntil(what: () => Promise<boolean>, timeoutMs: number): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!(await what())) {
    if (Date.now() > end) throw new Error('waited too long');
    await new Promise((resume) => setTimeout(resume, 100));
  }
}

describe(`killed with SIGKILL ${ROUNDS} times at random moments`, () => {
  it(
    'keeps every acknowledged event exactly once, every window true, and never shows a reader a torn file',
    async () => {
      const acknowledged: string[] = [];
      const check = await openLakeCheck(lake, WINDOW_MS);
      for (let round = 0; round < ROUNDS; round += 1) {
        const engine = start();
        await engine.address;
        if (acknowledged.length > 0) {
          // After each restart what was acknowledged before the kill comes to stand in the lake, once.
          let keys = new Map<string, number>();
          await waitUntil(async () => {
            keys = await check.rawKeys();
            return acknowledged.every((key) => keys.has(key));
          }, 15_000).catch((cause: unknown) => {
            const lost = acknowledged.filter((key) => !keys.has(key));
            throw new Error(
              `round ${round}: ${lost.length} acknowledged events are not in the lake: ${lost.slice(0, 5)}`,
              { cause },
            );
          });
          expect([...keys].filter(([, count]) => count !== 1)).toEqual([]);
        }
        await killAtRandom(engine);
        acknowledged.push(...engine.acknowledged);
      }

      const last = start();
      await last.address;
      await waitUntil(async () => last.acknowledged.length > 100, 10_000);
      expect(await last.kill('SIGTERM')).toMatchObject({ code: 0 });
      acknowledged.push(...last.acknowledged);

      const keys = await check.rawKeys();
      expect(new Set(acknowledged).size).toBe(acknowledged.length);
      expect(acknowledged.filter((key) => keys.get(key) !== 1)).toEqual([]);
      expect([...keys].filter(([, count]) => count !== 1)).toEqual([]);
      expect(await check.missingSeqs()).toEqual([]);
      expect(server.requests()).toBeGreaterThanOrEqual(await check.rowsWithResponse());
      expect(await check.windowDifferences()).toEqual([]);
      check.close();

      reader.stdin?.end();
      await new Promise((resume) => reader.once('close', resume));
      const lines = readerOutput
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { scans?: number });
      expect(lines.filter((line) => line.scans === undefined)).toEqual([]);
      expect(lines.at(-1)?.scans).toBeGreaterThan(ROUNDS);
    },
    ROUNDS * 25_000 + 60_000,
  );
});
