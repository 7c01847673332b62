import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { kafkaJars } from '../support/kafka/jars';

/** `npm run kafka` with a temporary folder of its own; resolves when it says that it is ready. */
async function startCommand(folder: string) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/kafka-broker.ts'], {
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  for await (const text of child.stdout.setEncoding('utf8')) {
    output += text;
    if (output.includes('ready')) break;
  }
  const pids = [...output.matchAll(/pid (\d+)/g)].map(([, pid]) => Number(pid));
  return { child, output, pids };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const ownFolders = (folder: string): string[] =>
  readdirSync(folder).filter((name) => name.startsWith('uptimer-kafka'));

describe.skipIf(inject('kafkaJvm') !== null || process.platform === 'win32')(
  'the broker as a command',
  () => {
    it.each(['SIGKILL', 'SIGTERM'] as const)(
      'leaves no process and no folder behind after %s',
      async (signal) => {
        const folder = mkdtempSync(join(tmpdir(), 'uptimer-left-'));
        try {
          const { child, output, pids } = await startCommand(folder);
          expect(output).toMatch(/^plain 127\.0\.0\.1:\d+$/m);
          expect(pids).toHaveLength(1);
          expect(pids.every(isAlive)).toBe(true);
          expect(ownFolders(folder)).toHaveLength(1);
          const exited = once(child, 'exit');
          child.kill(signal);
          await exited;
          await expect.poll(() => pids.some(isAlive), { timeout: 20_000 }).toBe(false);
          await expect.poll(() => ownFolders(folder), { timeout: 20_000 }).toEqual([]);
        } finally {
          rmSync(folder, { recursive: true, force: true });
        }
      },
    );
  },
);

describe.skipIf(inject('kafkaJvm') !== null)('the cache of jars', () => {
  it('is filled once and whole when two processes ask at the same time', async () => {
    const cache = mkdtempSync(join(tmpdir(), 'uptimer-jars-'));
    const code =
      "const { kafkaJars } = await import('./test/support/kafka/jars.ts');" +
      "console.log(JSON.stringify(await kafkaJars('3.9.1')));";
    const ask = async (): Promise<unknown> => {
      const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', code], {
        env: { ...process.env, UPTIMER_KAFKA_CACHE: cache },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let text = '';
      for await (const part of child.stdout.setEncoding('utf8')) text += part;
      return JSON.parse(text);
    };
    try {
      const [first, second] = await Promise.all([ask(), ask()]);
      expect(first).toEqual(second);
      const [folder, ...others] = readdirSync(cache);
      expect(others).toEqual([]);
      const jars = readdirSync(join(cache, folder ?? ''));
      const known = await kafkaJars('3.9.1');
      if ('reason' in known) throw new Error(known.reason);
      expect(existsSync(known.classPath.slice(0, -1))).toBe(true);
      expect(jars.sort()).toEqual(readdirSync(known.classPath.slice(0, -1)).sort());
    } finally {
      rmSync(cache, { recursive: true, force: true });
    }
  }, 180_000);
});
