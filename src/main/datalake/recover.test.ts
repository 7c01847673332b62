import { copyFile, cp, mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LakeNotice, Progress } from './lake';
import {
  ask,
  createTestClock,
  eventOf,
  newLake,
  placesAt,
  progressOf,
  START_US,
  windowOf,
  withFolder,
} from './lake-fixtures';

const PROBE = 'home-0a1b2c3d';
const HOUR = 3_600_000_000;

/** A lake with three raw rows of today, one of yesterday and two windows, all committed and closed. */
async function fillLake(directory: string): Promise<{ today: string; yesterday: string; metrics: string }> {
  const lake = newLake(directory);
  await lake.writer.open();
  lake.writer.append([eventOf(1, { timestamp: START_US - 24 * HOUR }), eventOf(2)]);
  await lake.writer.flushRaw();
  await lake.writer.commit(progressOf({ ...upTo(2), aggregator: 'older' }));
  lake.writer.append([eventOf(3), eventOf(4)]);
  await lake.writer.flushRaw();
  await lake.writer.upsertWindows([windowOf(START_US), windowOf(START_US + HOUR)]);
  await lake.writer.commit(progressOf({ ...upTo(4), aggregator: 'newer' }));
  await lake.writer.close();
  const only = async (folder: string): Promise<string> =>
    join(folder, (await readdir(join(directory, folder)))[0] ?? '');
  return {
    today: await only('lake1_raw/date=2026-01-15'),
    yesterday: await only('lake1_raw/date=2026-01-14'),
    metrics: 'lake2_metrics/date=2026-01-15/uptimer-p00-h10.parquet',
  };
}

/** Three hours with two rows and a window each, of a closed day, whose merge was killed when its inputs stood empty. */
async function breakOffMerge(directory: string): Promise<void> {
  const clock = createTestClock();
  let isMerging = false;
  const lake = newLake(directory, {
    clock,
    failpoint(step) {
      if (step.startsWith('replace') && step.endsWith('merge.json')) isMerging = true;
      if (isMerging && step.startsWith('sync folder')) throw new Error('killed');
    },
  });
  await lake.writer.open();
  for (const hour of [0, 1, 2]) {
    clock.nowUsValue = START_US + hour * HOUR;
    lake.writer.append([1, 2].map((n) => eventOf(2 * hour + n, { timestamp: clock.nowUsValue })));
    await lake.writer.flushRaw();
    await lake.writer.upsertWindows([windowOf(clock.nowUsValue)]);
    await lake.writer.commit(upTo(2 * hour + 2));
  }
  clock.nowUsValue = START_US + 24 * HOUR;
  for (let step = 0; step < 4 && !isMerging; step++)
    await lake.writer.maintain(clock.nowUs()).catch(() => undefined);
  expect(isMerging).toBe(true);
  await lake.close();
}

/** Runs `work`, and lets it change nothing more from its `step`th change of the disk on. @returns whether it needed fewer */
async function dieAtStep(step: number, work: (failpoint: () => void) => Promise<unknown>): Promise<boolean> {
  let steps = 0;
  const killed = new Error('killed');
  const failpoint = (): void => {
    steps += 1;
    if (steps >= step) throw killed;
  };
  await work(failpoint).catch((error: unknown) => {
    if (steps < step) throw error;
  });
  return steps < step;
}

const upTo = (seq: number): Progress => progressOf({ places: placesAt(seq + 1), lastSeq: { [PROBE]: seq } });

async function seqsOf(lake: ReturnType<typeof newLake>): Promise<unknown> {
  return (
    await ask(lake, ({ raw }) => `SELECT coalesce(list(seq::INT ORDER BY seq), []) FROM ${raw}`)
  )[0]?.[0];
}

const codesOf = (notices: readonly LakeNotice[]): string[] => notices.map((notice) => notice.code);

describe('opening a lake', () => {
  it('refuses one of a newer version in a clear sentence and touches nothing', () =>
    withFolder(async (directory) => {
      await fillLake(directory);
      const path = join(directory, 'checkpoints/p00/checkpoint.json');
      const newer = (await readFile(path, 'utf8')).replace('"version":2', '"version":9');
      await writeFile(path, newer);
      await rm(join(directory, 'checkpoints/tmp'), { recursive: true });
      await expect(newLake(directory).writer.open()).rejects.toMatchObject({
        code: 'too_new',
        message: expect.stringContaining('newer UpTimer (checkpoint version 9)'),
      });
      expect(await readFile(path, 'utf8')).toBe(newer);
      expect(await readdir(join(directory, 'checkpoints'))).toEqual(['lake.json', 'p00']);
    }));

  it('goes on from the previous progress and the files when the checkpoint is broken', () =>
    withFolder(async (directory) => {
      await fillLake(directory);
      const path = join(directory, 'checkpoints/p00/checkpoint.json');
      await truncate(path, (await stat(path)).size - 20);
      const lake = newLake(directory);
      const opening = await lake.writer.open();
      expect(codesOf(opening.notices)).toEqual(['checkpoint_rebuilt']);
      expect(opening.progress).toEqual(
        progressOf({ places: placesAt(3), lastSeq: { [PROBE]: 4 }, aggregator: 'older' }),
      );
      expect(await seqsOf(lake)).toEqual([1, 2, 3, 4]);
      expect(lake.stats()).toMatchObject({ rawRows: 4, windowRows: 2, windowFiles: 2 });
      const kept = await readdir(join(directory, 'checkpoints/p00'));
      expect(kept.some((name) => name.startsWith('checkpoint.broken-'))).toBe(true);
      await lake.writer.close();
    }));

  it('knows the highest number that stands in the files when the checkpoint is broken, and finds what is below it', () =>
    withFolder(async (directory) => {
      const { today } = await fillLake(directory);
      await rm(join(directory, today));
      const lake = newLake(directory);
      await lake.writer.open();
      await lake.writer.close();
      // Now seq 2 to 4 are missing; a later row stands in another date's file.
      const writing = newLake(directory);
      await writing.writer.open();
      writing.writer.append([eventOf(9)]);
      await writing.writer.flushRaw();
      await writing.writer.close();
      await writeFile(join(directory, 'checkpoints/p00/checkpoint.json'), '{}');
      const again = newLake(directory);
      const opening = await again.writer.open();
      expect(opening).toMatchObject({ progress: { places: placesAt(5) }, lastSeq: { [PROBE]: 9 } });
      const seqs = Array.from({ length: 12 }, (_, index) => index + 1);
      const found = await again.writer.find(seqs.map((seq) => ({ probe_id: PROBE, seq })));
      expect([...found.values()].map(({ seq }) => seq).sort()).toEqual([1, 9]);
      expect(found.get(`${PROBE} 9`)).toEqual(eventOf(9));
      await again.writer.close();
    }));

  it('rebuilds from the folders when every checkpoint is gone, and names the hours to recompute', () =>
    withFolder(async (directory) => {
      const { metrics } = await fillLake(directory);
      await rm(join(directory, 'checkpoints'), { recursive: true });
      await rm(join(directory, metrics));
      const lake = newLake(directory);
      const opening = await lake.writer.open();
      const dirty = [
        { fromUs: START_US - 24 * HOUR, toUs: START_US - 23 * HOUR },
        { fromUs: START_US, toUs: START_US + HOUR },
      ];
      expect(opening).toMatchObject({ progress: null, lastSeq: { [PROBE]: 4 }, dirty });
      expect(await seqsOf(lake)).toEqual([1, 2, 3, 4]);
      await lake.writer.close();
      // A start that ended before it had written anything: the next one knows the same.
      const again = newLake(directory);
      const second = await again.writer.open();
      expect(second).toMatchObject({ progress: null, lastSeq: { [PROBE]: 4 }, dirty });
      await again.writer.upsertWindows([windowOf(START_US)]);
      await again.writer.commit(upTo(4));
      await again.writer.close();
      const last = newLake(directory);
      expect(await last.writer.open()).toMatchObject({ dirty: [], lastSeq: { [PROBE]: 4 } });
      await last.writer.close();
    }));

  it.each([
    ['truncated', (path: string): Promise<void> => truncate(path, 100)],
    ['empty', (path: string): Promise<void> => truncate(path, 0)],
    [
      'garbage',
      async (path: string): Promise<void> => writeFile(path, Buffer.alloc((await stat(path)).size, 7)),
    ],
  ])('moves %s files aside, names them, and goes on with the rest', (_, spoil) =>
    withFolder(async (directory) => {
      const { yesterday, metrics } = await fillLake(directory);
      await spoil(join(directory, yesterday));
      await spoil(join(directory, metrics));
      const lake = newLake(directory);
      const opening = await lake.writer.open();
      expect(codesOf(opening.notices)).toEqual(['file_set_aside', 'file_set_aside']);
      expect(opening.notices[0]?.message).toContain('1 raw rows are lost');
      expect(opening.notices[0]?.message).toContain('seq 1 to 1');
      expect(opening.dirty).toEqual([{ fromUs: START_US, toUs: START_US + HOUR }]);
      expect(await seqsOf(lake)).toEqual([2, 3, 4]);
      expect(await readdir(join(directory, 'checkpoints/broken'))).toHaveLength(2);
      expect(lake.stats()).toMatchObject({ rawRows: 3, windowRows: 1 });
      await lake.writer.commit(upTo(4));
      await lake.writer.close();
      const again = newLake(directory);
      expect(await again.writer.open()).toMatchObject({ notices: [], dirty: [] });
      await again.writer.close();
    }),
  );

  it('moves a file of another table aside as well', () =>
    withFolder(async (directory) => {
      const { today, metrics } = await fillLake(directory);
      await copyFile(join(directory, today), join(directory, metrics));
      const lake = newLake(directory);
      const opening = await lake.writer.open();
      expect(codesOf(opening.notices)).toEqual(['file_set_aside']);
      expect(opening.dirty).toEqual([{ fromUs: START_US, toUs: START_US + HOUR }]);
      await lake.writer.close();
    }));

  it('keeps the files of old dates in an archive beside the checkpoint, and does without it when it is lost', () =>
    withFolder(async (directory) => {
      const checkpoints = join(directory, 'checkpoints/p00');
      const archives = async (): Promise<string[]> =>
        (await readdir(checkpoints)).filter((name) => name.startsWith('archive-'));
      const hours = Array.from({ length: 120 }, (_, hour) => windowOf(START_US - hour * HOUR));
      const lake = newLake(directory);
      await lake.writer.open();
      await lake.writer.upsertWindows(hours);
      await lake.writer.commit(upTo(1));
      const [first] = await archives();
      expect(first).toBeDefined();
      await lake.writer.upsertWindows([windowOf(START_US, { target_id: 'other' })]);
      await lake.writer.commit(upTo(2));
      expect(await archives()).toEqual([first]);
      await lake.writer.upsertWindows([windowOf(START_US - 100 * HOUR, { target_id: 'other' })]);
      await lake.writer.commit(upTo(3));
      await lake.writer.commit(upTo(4));
      expect(await archives()).toHaveLength(1);
      expect(await archives()).not.toEqual([first]);
      await lake.writer.close();

      const again = newLake(directory);
      expect((await again.writer.open()).notices).toEqual([]);
      expect(again.stats()).toMatchObject({ windowFiles: 120, windowRows: 122 });
      await again.writer.close();

      for (const name of await archives()) await rm(join(checkpoints, name));
      const without = newLake(directory);
      const opening = await without.writer.open();
      expect(codesOf(opening.notices)).toEqual(['checkpoint_rebuilt']);
      expect(opening.progress).toEqual(upTo(4));
      expect(without.stats()).toMatchObject({ windowFiles: 120, windowRows: 122 });
      await without.writer.close();
    }));

  it('removes what a crash left unfinished', () =>
    withFolder(async (directory) => {
      await fillLake(directory);
      await writeFile(join(directory, 'checkpoints/tmp/p00-0123456789abcdef.parquet'), 'half a file');
      await writeFile(join(directory, 'checkpoints/tmp/p01-0123456789abcdef.parquet'), "another partition's");
      const lake = newLake(directory);
      expect(codesOf((await lake.writer.open()).notices)).toEqual(['orphan_removed']);
      const left = await readdir(join(directory, 'checkpoints/tmp'));
      expect(left.filter((name) => name.endsWith('.parquet'))).toEqual(['p01-0123456789abcdef.parquet']);
      await lake.writer.close();
    }));
});

describe('foreign files', () => {
  it('are counted, left out of questions, and moved aside with their relative paths', () =>
    withFolder(async (directory) => {
      await fillLake(directory);
      const foreign = [
        'lake1_raw/part-00000-ab.snappy.parquet',
        'lake1_raw/_SUCCESS',
        'lake1_raw/date=2026-01-15/part-1.parquet',
        'lake2_metrics/_spark_metadata/0',
      ];
      for (const path of foreign) {
        await mkdir(dirname(join(directory, path)), { recursive: true });
        await writeFile(join(directory, path), path);
      }
      const lake = newLake(directory);
      const { notices } = await lake.writer.open();
      expect(codesOf(notices)).toEqual(['foreign_files']);
      expect(lake.foreign.count).toBe(4);
      expect(await seqsOf(lake)).toEqual([1, 2, 3, 4]);
      expect(await lake.foreign.move()).toBe(4);
      expect(lake.foreign.count).toBe(0);
      await lake.writer.close();

      const clock = createTestClock();
      const running = newLake(directory, { clock });
      await running.writer.open();
      await writeFile(join(directory, 'lake1_raw/mine.csv'), 'a,b');
      await running.writer.maintain(clock.nowUs());
      expect(running.foreign.count).toBe(0);
      clock.nowUsValue += 30_000_000;
      await running.writer.maintain(clock.nowUs());
      expect(running.foreign.count).toBe(1);
      await running.writer.close();
      for (const path of foreign) {
        expect(await readFile(join(directory, 'legacy', path), 'utf8')).toBe(path);
      }
      await writeFile(join(directory, foreign[0] ?? ''), 'another');
      await lake.foreign.move();
      expect(await readFile(join(directory, 'legacy/lake1_raw/2-part-00000-ab.snappy.parquet'), 'utf8')).toBe(
        'another',
      );
      expect(await readdir(join(directory, 'lake2_metrics'))).toEqual(['date=2026-01-15']);
      await lake.writer.close();
    }));
});

describe('a reset', () => {
  it('empties tables, memory and checkpoint, leaves foreign files, and the lake goes on', () =>
    withFolder(async (directory) => {
      await fillLake(directory);
      await writeFile(join(directory, 'lake1_raw/part-1.parquet'), 'foreign');
      const lake = newLake(directory, { clock: createTestClock() });
      await lake.writer.open();
      lake.writer.append([eventOf(5)]);
      await lake.reset();
      expect(await seqsOf(lake)).toEqual([]);
      expect(lake.stats()).toMatchObject({
        rawRows: 0,
        rawFiles: 0,
        windowRows: 0,
        unflushedRows: 0,
        fromUs: null,
      });
      expect(await readdir(join(directory, 'lake1_raw'))).toEqual(['part-1.parquet']);
      lake.writer.append([eventOf(6)]);
      await lake.writer.flushRaw();
      await lake.writer.commit(upTo(6));
      await lake.writer.close();
      const again = newLake(directory);
      expect((await again.writer.open()).lastSeq).toEqual({ [PROBE]: 6 });
      expect(await seqsOf(again)).toEqual([6]);
      await again.writer.close();
    }));

  it(
    'that is broken off at any step leaves all there was or nothing, also of a merge under way',
    { timeout: 60_000 },
    () =>
      withFolder(async (directory) => {
        const before = join(directory, 'before');
        await breakOffMerge(before);
        for (const isBroken of [false, true]) {
          for (let step = 1, isDone = false; !isDone; step += 1) {
            const folder = join(directory, `${isBroken}-${step}`);
            await cp(before, folder, { recursive: true });
            if (isBroken) await truncate(join(folder, 'checkpoints/p00/checkpoint.json'), 100);
            isDone = await dieAtStep(step, (failpoint) => newLake(folder, { failpoint }).reset());
            const lake = newLake(folder);
            const { notices, progress } = await lake.writer.open();
            const windows = Number(
              (await ask(lake, ({ windows: table }) => `SELECT count(*) FROM ${table}`))[0]?.[0],
            );
            const seqs = (await seqsOf(lake)) as number[];
            await lake.close();
            const found = { progress: progress?.places ?? null, seqs, windows };
            const whole = {
              progress: isBroken ? placesAt(5) : placesAt(7),
              seqs: [1, 2, 3, 4, 5, 6],
              windows: 3,
            };
            expect([whole, { progress: null, seqs: [], windows: 0 }], `step ${step}`).toContainEqual(found);
            expect(codesOf(notices)).not.toContain('file_set_aside');
            if (isDone) expect(seqs).toEqual([]);
          }
        }
      }, true),
  );

  it('that fails closes the partition: what is written next finds what stands on the disk', () =>
    withFolder(async (directory) => {
      let isFailing = false;
      const lake = newLake(directory, {
        failpoint(step) {
          if (isFailing && step.startsWith('replace')) throw new Error('no');
        },
      });
      await lake.writer.open();
      lake.writer.append([eventOf(1)]);
      await lake.writer.flushRaw();
      await lake.writer.commit(upTo(1));
      isFailing = true;
      await expect(lake.reset()).rejects.toThrow('no');
      isFailing = false;
      await expect(lake.writer.flushRaw()).rejects.toMatchObject({ code: 'unavailable' });
      expect((await lake.writer.open()).progress).toEqual(upTo(1));
      expect(await seqsOf(lake)).toEqual([1]);
      await lake.close();
    }));

  it('waits for no export for ever', { timeout: 20_000 }, () =>
    withFolder(async (directory) => {
      const lake = newLake(directory);
      await lake.writer.open();
      const view = await lake.views.acquire();
      await expect(lake.reset()).rejects.toMatchObject({ code: 'conflict' });
      view.release();
      await lake.reset();
      await lake.writer.close();
    }),
  );
});
