import { existsSync, rmSync } from 'node:fs';
import { cp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import {
  faultsOf,
  misplaced,
  readTables,
  repartition,
  type Story,
  someResults,
  tellStory,
} from '../../../test/support/repartition-story';
import { newLake } from '../datalake/lake-fixtures';
import { isReadEvenly } from '../datalake/repartition/new-progress';

const BASE = existsSync('/dev/shm') ? '/dev/shm' : undefined;
const stories: Story[] = [];
const begin = async (): Promise<Story> => {
  const story = await tellStory(BASE);
  stories.push(story);
  return story;
};
afterEach(async () => {
  for (const story of stories.splice(0)) {
    await story.close();
    rmSync(story.directory, { recursive: true, force: true });
  }
});

/** More of them: REPARTITION_RUNS=50 REPARTITION_STRIDE=1 npx vitest run src/main/headless/repartition.test.ts */
const RUNS = Number(process.env.REPARTITION_RUNS ?? 3);
const STRIDE = Number(process.env.REPARTITION_STRIDE ?? 12);

class Crash extends Error {}
const PARTITION_FILES = /^(epoch-\d+-[0-9a-f]{8}|undo)$/;

describe('changing the number of partitions', () => {
  it('keeps every row and window, spreads them by target, and later events give the right windows', {
    timeout: 300_000,
  }, async () => {
    const counts = fc.integer({ min: 1, max: 5 });
    const story = fc.record({
      from: counts,
      to: counts,
      thenTo: counts,
      seed: fc.nat(1000),
      end: fc.constantFrom('stop' as const, 'drop' as const),
      count: fc.integer({ min: 1, max: 900 }),
    });
    await fc.assert(
      fc.asyncProperty(story, async ({ from, to, thenTo, seed, end, count }) => {
        const { append, consume, lakeDirectory } = await begin();
        await append(someResults(40_000, count, seed));
        await consume(from, end);
        await append(someResults(40_000 + count, 60, seed + 1));
        let partitions = from;
        for (const next of [to, thenTo]) {
          const before = await readTables(lakeDirectory);
          await repartition(lakeDirectory, next);
          expect(await readTables(lakeDirectory)).toEqual(before);
          expect(await misplaced(lakeDirectory, next)).toEqual([]);
          partitions = next;
          // Some of it for windows that were open, some late for windows that were closed.
          await append(someResults(40_000 + count + 30, 200, seed + 2));
          await consume(partitions, end);
        }
        await consume(partitions, 'stop');
        expect(await misplaced(lakeDirectory, partitions)).toEqual([]);
        expect(await faultsOf(lakeDirectory)).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  it('that dies at any step leaves, after the next start, exactly the old or exactly the new lake', {
    timeout: 300_000,
  }, async () => {
    const { append, consume, lakeDirectory, directory } = await begin();
    await append(someResults(42_900, 400, 3));
    await consume(2, 'drop');
    const before = await readTables(lakeDirectory);
    const copyTo = async (name: string): Promise<string> => {
      const copy = join(directory, name);
      await cp(lakeDirectory, copy, { recursive: true });
      return copy;
    };
    for (const to of [3, 1]) {
      const steps: string[] = [];
      await repartition(await copyTo(`whole-${to}`), to, { failpoint: (step) => void steps.push(step) });
      const seen = { old: 0, new: 0 };
      // Before the intent one step is like the other: the old lake stands.
      const intentAt = steps.findIndex((step) => /^replace .*intent/.test(step));
      const deaths = steps.flatMap((_, index) =>
        Math.abs(index - intentAt) <= 2 || index % STRIDE === to % STRIDE ? [index + 1] : [],
      );
      for (const dieAt of deaths) {
        const copy = await copyTo(`died-${to}-${dieAt}`);
        const dying = (limit: number) => {
          let step = 0;
          return () => {
            step += 1;
            if (step >= limit) throw new Crash();
          };
        };
        await repartition(copy, to, { failpoint: dying(dieAt) }).catch(() => undefined);
        // And once more while it is finished.
        if (dieAt % 3 === 0) {
          const again = newLake(copy, { failpoint: dying(1 + (dieAt % 17)) });
          await again.open().catch(() => undefined);
          await again.close();
        }
        const lake = newLake(copy);
        const { partitions } = await lake.open();
        expect([2, to], steps[dieAt - 1]).toContain(partitions);
        seen[partitions === 2 ? 'old' : 'new'] += 1;
        for (let number = 0; number < partitions; number += 1) {
          const { notices } = await lake.partition(number).open();
          expect(notices.filter(({ code }) => !['orphan_removed', 'foreign_files'].includes(code))).toEqual(
            [],
          );
        }
        expect(lake.stats()).toMatchObject({
          rawRows: before.raw.length,
          windowRows: before.windows.length,
        });
        await lake.close();
        expect(await readTables(copy), steps[dieAt - 1]).toEqual(before);
        expect(await misplaced(copy, partitions)).toEqual([]);
        expect(await readdir(join(copy, 'checkpoints'))).not.toContain('repartition');
        rmSync(copy, { recursive: true });
      }
      expect(seen.old).toBeGreaterThan(2);
      expect(seen.new).toBeGreaterThan(2);
    }
  });

  it('shows a reader of the folders no row twice, at any step', { timeout: 120_000 }, async () => {
    const { append, consume, lakeDirectory } = await begin();
    await append(someResults(42_900, 300, 5));
    await consume(3, 'drop');
    let looks = 0;
    await repartition(lakeDirectory, 2, {
      failpoint: async (step) => {
        if (!/^(rename|remove) lake/.test(step)) return;
        looks += 1;
        const { raw, windows } = await readTables(lakeDirectory);
        expect(new Set(raw).size).toBe(raw.length);
        expect(new Set(windows.map((line) => line.replace(/"is_final.*/, ''))).size).toBe(windows.length);
      },
    });
    expect(looks).toBeGreaterThan(10);
  });

  it('fences whoever owned a partition before, also one that is no more', async () => {
    const { append, consume, lakeDirectory } = await begin();
    await append(someResults(40_000, 100, 1));
    await consume(3, 'stop');
    const late = newLake(lakeDirectory);
    await late.open();
    const writers = [0, 1, 2].map((number) => late.partition(number));
    for (const writer of writers) await writer.open();
    const before = await readTables(lakeDirectory);
    await repartition(lakeDirectory, 1);
    for (const writer of writers) {
      await expect(
        writer.commit({ places: {}, lastSeq: {}, aggregator: null, quarantined: {}, lost: [] }),
      ).rejects.toMatchObject({ code: 'fenced' });
    }
    await late.close();
    expect(await readTables(lakeDirectory)).toEqual(before);
    for (const name of ['p01', 'p02']) {
      const left = await readdir(join(lakeDirectory, 'checkpoints', name));
      expect(left.filter((file) => !PARTITION_FILES.test(file))).toEqual([]);
    }
  });

  it('gives way to a process that opens the lake meanwhile, and changes nothing', async () => {
    const { append, consume, lakeDirectory } = await begin();
    await append(someResults(40_000, 100, 1));
    await consume(2, 'stop');
    const before = await readTables(lakeDirectory);
    for (const moment of [/^write checkpoints.repartition/, /^replace checkpoints.repartition.intent/]) {
      const other = newLake(lakeDirectory);
      let isOpen = false;
      const failpoint = async (step: string): Promise<void> => {
        if (isOpen || !moment.test(step)) return;
        isOpen = true;
        await other.open();
        await other.partition(1).open();
      };
      await expect(repartition(lakeDirectory, 3, { failpoint })).rejects.toMatchObject({ code: 'conflict' });
      await other.partition(1).flushRaw();
      await other.close();
      expect(await readTables(lakeDirectory)).toEqual(before);
      expect(await readdir(join(lakeDirectory, 'checkpoints'))).not.toContain('repartition');
    }
    const { partitions } = JSON.parse(await readFile(join(lakeDirectory, 'checkpoints/lake.json'), 'utf8'));
    expect(partitions).toBe(2);
  });

  it('is not begun on a full disk: nothing changes and nothing is left', async () => {
    const { append, consume, lakeDirectory } = await begin();
    await append(someResults(42_900, 300, 2));
    await consume(1, 'stop');
    const before = await readTables(lakeDirectory);
    let writes = 0;
    const failpoint = (step: string): void => {
      if (!step.startsWith('write checkpoints/repartition')) return;
      writes += 1;
      if (writes === 4) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    };
    await expect(repartition(lakeDirectory, 3, { failpoint })).rejects.toThrow();
    expect(await readTables(lakeDirectory)).toEqual(before);
    expect(await readdir(join(lakeDirectory, 'checkpoints'))).not.toContain('repartition');
  });

  it('sees a log that one partition had read further than another', async () => {
    const { append, consume, consumeSome, lakeDirectory } = await begin();
    await append(someResults(40_000, 200, 1));
    await consume(2, 'stop');
    await append(someResults(40_200, 200, 2));
    await consumeSome(2, [1]);
    let even = true;
    const check = async (picture: { partitions: Parameters<typeof isReadEvenly>[0] }): Promise<void> => {
      even = isReadEvenly(picture.partitions);
      throw new Crash();
    };
    await expect(repartition(lakeDirectory, 3, { check })).rejects.toThrow(Crash);
    expect(even).toBe(false);
    await consume(2, 'stop');
    await expect(repartition(lakeDirectory, 3, { check })).rejects.toThrow(Crash);
    expect(even).toBe(true);
  });
});
