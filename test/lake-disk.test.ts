import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ask, eventOf, newLake, noProgress, START_US, windowOf } from '../src/main/datalake/lake-fixtures';
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
});
