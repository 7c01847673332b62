import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ask, newLake } from '../src/main/datalake/lake-fixtures';

/** More rounds: FENCING_ROUNDS=500 npm test -- test/lake-fencing.test.ts */
const ROUNDS = Number(process.env.FENCING_ROUNDS ?? 20);
const directory = mkdtempSync(join(tmpdir(), 'uptimer-fencing-'));

interface Writer {
  child: ChildProcess;
  /** All that it said since the last `write`. */
  words: string[];
  write(): void;
  heard(word: string): Promise<void>;
}

function startWriter(): Writer {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', 'test/support/lake-writing-child.ts', directory],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  let rest = '';
  const writer: Writer = {
    child,
    words: [],
    write() {
      writer.words = [];
      child.stdin?.write('write\n');
    },
    async heard(word) {
      const end = performance.now() + 30_000;
      while (!writer.words.some((said) => said.startsWith(word))) {
        if (performance.now() > end) throw new Error(`waited for ${word}, heard ${writer.words.join(', ')}`);
        await new Promise((resume) => setTimeout(resume, 5));
      }
    },
  };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop() ?? '';
    writer.words.push(...lines);
  });
  return writer;
}

const writers = [startWriter(), startWriter()];
afterAll(() => {
  for (const { child } of writers) child.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

describe('an owner that is stopped at a random moment, overtaken, and continued', () => {
  it(`is fenced and changes nothing, ${ROUNDS} times in turn`, {
    timeout: 60_000 + ROUNDS * 5000,
  }, async () => {
    let [owner, other] = writers as [Writer, Writer];
    owner.write();
    await owner.heard('committed');
    let committed = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      await new Promise((resume) => setTimeout(resume, Math.random() * 120));
      owner.child.kill('SIGSTOP');
      other.write();
      await other.heard('opened');
      // Sometimes it goes on while the other one writes, sometimes when that has been writing for a while.
      if (round % 2 === 0) await other.heard('committed');
      owner.child.kill('SIGCONT');
      await owner.heard('fenced');
      expect(owner.words.filter((word) => word.startsWith('failed'))).toEqual([]);
      await other.heard('committed');
      [owner, other] = [other, owner];
    }
    owner.child.kill('SIGKILL');
    await new Promise((resume) => setTimeout(resume, 50));
    for (const word of owner.words)
      committed = Math.max(committed, Number(/^committed (\d+)/.exec(word)?.[1] ?? 0));

    const lake = newLake(directory);
    const { progress } = await lake.writer.open();
    const last = Number(progress?.places.test?.nextOffset) - 1;
    expect(last).toBeGreaterThanOrEqual(committed);
    const [[seqs, windows, pings] = []] = await ask(
      lake,
      ({ raw, windows }) => `SELECT (SELECT list(seq::INT ORDER BY seq) FROM ${raw}),
        (SELECT count(*)::INT FROM ${windows}), (SELECT max(total_pings) FROM ${windows})`,
    );
    expect(seqs).toEqual(Array.from({ length: last }, (_, index) => index + 1));
    expect([windows, pings]).toEqual([1, last]);
    const epochs = (await readdir(join(directory, 'checkpoints/p00'))).filter((name) =>
      /^(epoch|fenced)-/.test(name),
    );
    expect(epochs).toEqual([expect.stringMatching(/^epoch-\d+-[0-9a-f]{8}$/)]);
    expect(Number(epochs[0]?.split('-')[1])).toBeGreaterThan(ROUNDS);
    await lake.writer.close();
  });
});
