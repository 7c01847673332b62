import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import {
  ask,
  createTestClock,
  eventOf,
  newLake,
  noProgress,
  START_US,
  windowOf,
} from '../src/main/datalake/lake-fixtures';
import { createDiskFiller } from './support/disk-filler';
import { createSmallDisk } from './support/small-disk';

const disk = createSmallDisk(8);
if ('reason' in disk) console.warn(`skipped: ${disk.reason}`);

describe.skipIf('reason' in disk)('on a small disk', () => {
  const directory = 'directory' in disk ? join(disk.directory, 'lake') : '';
  const filler = 'directory' in disk ? join(disk.directory, 'filler') : '';
  afterAll(() => {
    if ('remove' in disk) disk.remove();
  });

  it('a flush that finds it full says so, keeps its rows, and the next one writes them once', async () => {
    const lake = newLake(directory);
    await lake.writer.open();
    let seq = 0;
    const append = (count: number): void => {
      lake.writer.append(
        Array.from({ length: count }, () => {
          seq += 1;
          return eventOf(seq, {
            latency_ms: (seq * 7919) % 100_003,
            failure_detail: randomBytes(40).toString('hex'),
          });
        }),
      );
    };
    append(1000);
    await lake.writer.flushRaw();
    await lake.writer.commit(noProgress);
    await writeFile(filler, randomBytes(9 * 1024 * 1024)).catch(() => undefined);
    append(3000);
    const full = { code: 'no_space', message: expect.stringContaining(directory) };
    await expect(lake.writer.flushRaw()).rejects.toMatchObject(full);
    append(500);
    await expect(lake.writer.flushRaw()).rejects.toMatchObject(full);
    await expect(lake.writer.upsertWindows([windowOf(START_US)])).rejects.toMatchObject(full);
    expect(lake.stats()).toMatchObject({ rawRows: 1000, unflushedRows: 3500 });
    const count = ({ raw }: { raw: string }): string =>
      `SELECT count(*)::INT, count(DISTINCT seq)::INT FROM ${raw}`;
    expect(await ask(lake, count)).toEqual([[4500, 4500]]);

    await rm(filler);
    await lake.writer.flushRaw();
    await lake.writer.upsertWindows([windowOf(START_US)]);
    await lake.writer.commit(noProgress);
    expect(lake.stats()).toMatchObject({ rawRows: 4500, unflushedRows: 0, windowRows: 1 });
    expect(await ask(lake, count)).toEqual([[4500, 4500]]);
    await lake.writer.close();
  });

  it('says what cannot be written on a read-only one, and goes on when it can', async () => {
    const lake = newLake(directory);
    await lake.writer.open();
    lake.writer.append([eventOf(9000)]);
    if ('setReadOnly' in disk) disk.setReadOnly(true);
    const refused = { code: 'not_writable', message: expect.stringContaining('cannot be written') };
    await expect(lake.writer.flushRaw()).rejects.toMatchObject(refused);
    await expect(lake.writer.commit(noProgress)).rejects.toMatchObject(refused);
    await expect(newLake(join(directory, 'new')).writer.open()).rejects.toMatchObject(refused);
    if ('setReadOnly' in disk) disk.setReadOnly(false);
    await lake.writer.flushRaw();
    await lake.writer.commit(noProgress);
    expect(lake.stats()).toMatchObject({ rawRows: 4501, unflushedRows: 0 });
    await lake.writer.close();
  });

  describe('that has no byte left', () => {
    const filler = createDiskFiller('directory' in disk ? disk.directory : '');
    afterEach(filler.free);
    const seqs = ({ raw }: { raw: string }): string =>
      `SELECT coalesce(list(seq::INT ORDER BY seq), []) FROM ${raw}`;

    /** A lake with one committed row, and another one in a file that no checkpoint knows. */
    const breakOffAfterFlush = async (folder: string): Promise<void> => {
      const lake = newLake(folder);
      await lake.writer.open();
      lake.writer.append([eventOf(1)]);
      await lake.writer.flushRaw();
      await lake.writer.commit(noProgress);
      lake.writer.append([eventOf(2, { timestamp: START_US - 86_400_000_000 })]);
      await lake.writer.flushRaw();
      await lake.close();
    };

    it('a lake whose last flush was not committed opens, and has taken away what it will read again', async () => {
      const folder = join(directory, '..', 'broken-off');
      await breakOffAfterFlush(folder);
      filler.fill();
      const lake = newLake(folder);
      const opening = await lake.writer.open();
      filler.free();
      expect(opening.notices.map(({ code }) => code)).toEqual(['orphan_removed']);
      expect(await ask(lake, seqs)).toEqual([[[1]]]);
      await lake.close();
    });

    it('a lake is reset, though what was flushed and not committed cannot even be cut back', async () => {
      const folder = join(directory, '..', 'reset');
      const lake = newLake(folder);
      await lake.writer.open();
      lake.writer.append([eventOf(1)]);
      await lake.writer.flushRaw();
      await lake.writer.commit(noProgress);
      lake.writer.append([eventOf(2)]);
      await lake.writer.flushRaw();
      await lake.writer.close();
      filler.fill();
      await expect(newLake(folder).writer.open()).rejects.toMatchObject({ code: 'no_space' });
      await lake.reset();
      filler.free();
      await lake.writer.open();
      expect(await ask(lake, seqs)).toEqual([[[]]]);
      expect(lake.stats()).toMatchObject({ rawRows: 0, rawFiles: 0 });
      await lake.close();
    });

    it('a merge whose result stands there is finished, and gives back the space of what it read', async () => {
      const folder = join(directory, '..', 'merge');
      const clock = createTestClock();
      let isMerged = false;
      const lake = newLake(folder, {
        clock,
        failpoint: (step) => {
          if (step.startsWith('replace') && step.endsWith('merge.json')) isMerged = true;
          // What stands in the place of the inputs is written next.
          else if (isMerged && step.startsWith('write')) filler.fill();
        },
      });
      await lake.writer.open();
      for (const hour of [0, 1, 2]) {
        clock.nowUsValue = START_US + hour * 3_600_000_000;
        lake.writer.append([eventOf(hour + 1, { timestamp: clock.nowUsValue })]);
        await lake.writer.flushRaw();
        await lake.writer.commit(noProgress);
      }
      clock.nowUsValue = START_US + 86_400_000_000;
      for (let step = 0; step < 4; step++) await lake.writer.maintain(clock.nowUs());
      expect(isMerged).toBe(true);
      expect(lake.stats().rawFiles).toBe(1);
      filler.free();
      await lake.close();
      const again = newLake(folder);
      await again.writer.open();
      expect(await ask(again, seqs)).toEqual([[[1, 2, 3]]]);
      await again.close();
    });
  });
});
