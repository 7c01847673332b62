import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from './support/eventually';
import { startHeadless } from './support/headless-process';
import { openLakeCheck } from './support/lake-check';
import { misplaced, readTables } from './support/repartition-story';

let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'uptimer-repartition-'));
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

const lakeOf = (): string => join(data, 'datalake');
const repartition = (...args: string[]): { status: number | null; output: string } => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['out/main/headless.js', 'repartition', '--data', data, '--lang', 'en', ...args],
    { encoding: 'utf8', env: { ...process.env, API_URL: '' } },
  );
  return { status, output: stdout + stderr };
};

/** Measures the demo for a while, windows of 5 s, and stops cleanly. */
async function measure(seconds: number): Promise<void> {
  const running = startHeadless([
    ...['--data', data, '--demo', '--window', '5s', '--watermark', '5s', '--flush', '1s'],
    ...['--duration', `${seconds}s`, '--port', '0'],
  ]);
  running.address.catch(() => undefined);
  const { code } = await running.exited;
  expect(code, running.output()).toBe(0);
}

async function expectSound(): Promise<void> {
  const check = await openLakeCheck(lakeOf(), 5_000);
  try {
    expect([...(await check.rawKeys()).values()].every((count) => count === 1)).toBe(true);
    expect(await check.missingSeqs()).toEqual([]);
    expect(await check.windowDifferences()).toEqual([]);
  } finally {
    check.close();
  }
}

describe('npm run headless -- repartition', () => {
  it('spreads a lake over three partitions, says so, and measuring goes on with right windows', {
    timeout: 180_000,
  }, async () => {
    await measure(12);
    await expectSound();
    const before = await readTables(lakeOf());
    const { status, output } = repartition('--partitions', '3', '--yes');
    expect(status, output).toBe(0);
    expect(output).toMatch(/counts on 1 partition, and will on 3: \d+ probes and \d+ windows in \d+ files/);
    expect(output).toMatch(/writing: \d+ of \d+ rows/);
    expect(output).toMatch(/the lake had 1 and has 3 partitions/);
    expect(await readTables(lakeOf())).toEqual(before);
    expect(await misplaced(lakeOf(), 3)).toEqual([]);
    expect(await readdir(join(lakeOf(), 'checkpoints'))).toEqual(
      expect.arrayContaining(['p00', 'p01', 'p02', 'lake.json']),
    );
    await measure(12);
    await expectSound();
    expect(await misplaced(lakeOf(), 3)).toEqual([]);
    expect((await readTables(lakeOf())).raw.length).toBeGreaterThan(before.raw.length);
  });

  it('refuses what it cannot do with a sentence and exit code 2, and changes nothing', {
    timeout: 120_000,
  }, async () => {
    expect(repartition('--partitions', '3', '--yes')).toMatchObject({
      status: 2,
      output: expect.stringContaining('There is no lake in'),
    });
    for (const [option, words] of [
      ['--lake', 'There is no lake in'],
      ['--data', 'is not a folder'],
    ] as const) {
      const mistyped = join(data, 'mistyped');
      const refused = repartition('--partitions', '3', '--yes', option, mistyped);
      expect(refused).toMatchObject({ status: 2, output: expect.stringContaining(words) });
    }
    expect(await readdir(data)).toEqual([]);
    expect(repartition('--yes')).toMatchObject({
      status: 2,
      output: expect.stringContaining('--partitions: a value is missing'),
    });
    const running = startHeadless(['--data', data, '--demo', '--flush', '1s', '--port', '0']);
    await running.address;
    await eventually(() => existsSync(join(lakeOf(), 'checkpoints/p00/checkpoint.json'))).toBe(true);
    expect(repartition('--partitions', '3', '--yes')).toMatchObject({
      status: 2,
      output: expect.stringContaining('is in use by another UpTimer'),
    });
    await eventually(() => running.acknowledged.length).toBeGreaterThan(3);
    await running.kill('SIGKILL');
    // Nobody tells that it is dead: for two minutes it may be one that sleeps.
    expect(repartition('--partitions', '3', '--yes')).toMatchObject({
      status: 2,
      output: expect.stringContaining('or was within the last two minutes'),
    });
    await growOld();
    expect(repartition('--partitions', '3')).toMatchObject({
      status: 2,
      output: expect.stringContaining('add --yes'),
    });
    expect(repartition('--partitions', '1', '--yes')).toMatchObject({
      status: 2,
      output: expect.stringContaining('has that many already'),
    });
    expect(repartition('--partitions', '0', '--yes').status).toBe(2);
    const nobody = repartition('--partitions', '3', '--yes', '--kafka', '127.0.0.1:1');
    expect(nobody).toMatchObject({ status: 2, output: expect.stringContaining('Nobody listens at') });
    expect(JSON.parse(readFileSync(join(lakeOf(), 'checkpoints/lake.json'), 'utf8')).partitions).toBe(1);
    const spanish = repartition('--partitions', '1', '--yes', '--lang', 'es');
    expect(spanish.output).toContain('el lago ya tiene ese número');
  });
});

/** Makes the folders of processes that were killed look as they will after two minutes. */
async function growOld(): Promise<void> {
  const folder = join(lakeOf(), 'checkpoints/tmp');
  const then = Date.now() / 1000 - 180;
  for (const name of await readdir(folder)) {
    const alive = join(folder, name, 'alive');
    if (existsSync(alive)) utimesSync(alive, then, then);
  }
}
