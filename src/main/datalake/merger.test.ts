import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ask, createTestClock, eventOf, newLake, noProgress, START_US, withFolder } from './lake-fixtures';

const MINUTE = 60_000_000;
const HOUR = 60 * MINUTE;
const everySeq = ({ raw }: { raw: string }): string => `SELECT list(seq::INT ORDER BY seq) FROM ${raw}`;

async function filesOf(directory: string): Promise<number> {
  return (await readdir(join(directory, 'lake1_raw/date=2026-01-15'))).length;
}

/** Three hours with a file each, of a day that is closed now. */
async function fillHours(
  lake: ReturnType<typeof newLake>,
  clock: ReturnType<typeof createTestClock>,
): Promise<void> {
  for (let hour = 0; hour < 3; hour++) {
    clock.nowUsValue = START_US + hour * HOUR + MINUTE;
    lake.writer.append([1, 2].map((n) => eventOf(2 * hour + n, { timestamp: START_US + hour * HOUR })));
    await lake.writer.flushRaw();
    await lake.writer.commit(noProgress);
  }
  clock.nowUsValue = START_US + 24 * HOUR;
}

describe('merging', () => {
  it('leaves one ordered file of a closed day, and removes what it emptied after a minute', () =>
    withFolder(async (directory) => {
      const clock = createTestClock();
      const lake = newLake(directory, { clock });
      await lake.writer.open();
      await fillHours(lake, clock);
      while (lake.stats().rawFiles > 1) await lake.writer.maintain(clock.nowUs());
      expect(await filesOf(directory)).toBe(4);
      expect(await ask(lake, everySeq)).toEqual([[[1, 2, 3, 4, 5, 6]]]);
      clock.nowUsValue += MINUTE;
      await lake.writer.maintain(clock.nowUs());
      expect(await filesOf(directory)).toBe(1);
      expect(await ask(lake, everySeq)).toEqual([[[1, 2, 3, 4, 5, 6]]]);
      await lake.writer.close();
    }));

  it('waits while a view is held, and lets views in that come meanwhile', () =>
    withFolder(async (directory) => {
      const clock = createTestClock();
      const lake = newLake(directory, { clock });
      await lake.writer.open();
      await fillHours(lake, clock);
      const held = await lake.views.acquire();
      for (let step = 0; step < 4; step++) await lake.writer.maintain(clock.nowUs());
      expect(lake.stats().rawFiles).toBe(3);
      expect(await ask(lake, everySeq)).toEqual([[[1, 2, 3, 4, 5, 6]]]);
      held.release();
      held.release();
      await lake.writer.maintain(clock.nowUs());
      expect(lake.stats().rawFiles).toBe(1);
      await lake.writer.close();
    }));

  it('makes no rows durable whose progress is not committed', () =>
    withFolder(async (directory) => {
      const clock = createTestClock();
      const lake = newLake(directory, { clock });
      await lake.writer.open();
      await fillHours(lake, clock);
      lake.writer.append([eventOf(7, { timestamp: clock.nowUsValue })]);
      await lake.writer.flushRaw();
      for (let step = 0; step < 3; step++) await lake.writer.maintain(clock.nowUs());
      expect(lake.stats().rawFiles).toBe(4);
      await lake.writer.commit(noProgress);
      await lake.writer.maintain(clock.nowUs());
      expect(lake.stats().rawFiles).toBe(2);
      await lake.writer.close();
    }));

  it('goes on after any step of it failed, and questions see every row once all the time', () =>
    withFolder(async (folder) => {
      const failing = [
        /^write/,
        /^sync checkpoints/,
        /^replace .*merge.json/,
        /^rename/,
        /^sync folder/,
        /^replace .*checkpoint.json/,
        /^remove .*merge.json/,
      ];
      for (const [index, pattern] of failing.entries()) {
        const directory = join(folder, String(index));
        const clock = createTestClock();
        let armed = false;
        const failpoint = (step: string): void => {
          if (!armed || !pattern.test(step)) return;
          armed = false;
          throw new Error(`failed: ${step}`);
        };
        const lake = newLake(directory, { clock, failpoint });
        await lake.writer.open();
        await fillHours(lake, clock);
        armed = true;
        for (let step = 0; step < 20 && (armed || lake.stats().rawFiles > 1); step++) {
          await lake.writer.maintain(clock.nowUs()).catch(() => undefined);
          expect(await ask(lake, everySeq), String(pattern)).toEqual([[[1, 2, 3, 4, 5, 6]]]);
        }
        expect(armed, String(pattern)).toBe(false);
        expect(lake.stats(), String(pattern)).toMatchObject({ rawFiles: 1, rawRows: 6 });
        await lake.writer.close();
        const again = newLake(directory, { clock });
        expect((await again.writer.open()).notices.filter(({ code }) => code !== 'merge_finished')).toEqual(
          [],
        );
        expect(await ask(again, everySeq), String(pattern)).toEqual([[[1, 2, 3, 4, 5, 6]]]);
        await again.writer.close();
      }
    }));
});
