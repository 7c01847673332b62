import { createHash } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeCheckpoint } from './checkpoint';
import { ask, eventOf, newLake, progressOf, START_US, windowOf, withFolder } from './lake-fixtures';

const PROBE = 'home-0a1b2c3d';

/** A checkpoint as version 1 wrote it. */
function first(body: Record<string, unknown>): string {
  const text = JSON.stringify(body);
  const checksum = createHash('sha256').update(text).digest('hex');
  return `{"version":1,"checksum":"${checksum}","body":${text}}\n`;
}

describe('a checkpoint of version 1', () => {
  const body = {
    serial: 7,
    partition: 0,
    progress: { nextOffset: '5', lastSeq: { [PROBE]: 4 }, aggregator: { version: 1 } },
    held: { [PROBE]: [[6, 8]], 'other-00000000': [[1, 2]] },
    dirty: [],
    raw: [],
    metrics: [],
    archive: null,
  };

  it('is read as one of the embedded log that set nothing aside, and the ranges it held raise the last numbers', () => {
    expect(decodeCheckpoint(first(body))).toEqual({
      kind: 'read',
      checkpoint: {
        ...{ serial: 7, partition: 0, epoch: 0, dirty: [], raw: [], metrics: [], archive: null },
        progress: progressOf({
          lastSeq: { [PROBE]: 8, 'other-00000000': 2 },
          aggregator: { version: 1 },
        }),
      },
    });
    expect(decodeCheckpoint(first({ ...body, progress: null }))).toMatchObject({
      checkpoint: { progress: null },
    });
    expect(decodeCheckpoint(first({ ...body, held: 1 }))).toMatchObject({ kind: 'broken' });
  });

  it('and its lake are gone on with', () =>
    withFolder(async (directory) => {
      const lake = newLake(directory);
      await lake.writer.open();
      lake.writer.append([1, 2, 3, 4].map((seq) => eventOf(seq)));
      await lake.writer.flushRaw();
      await lake.writer.upsertWindows([windowOf(START_US)]);
      await lake.writer.commit(progressOf({ lastSeq: { [PROBE]: 4 } }));
      await lake.writer.close();
      // As an UpTimer of version 1 left it.
      const path = join(directory, 'checkpoints/p00/checkpoint.json');
      const { body: written } = JSON.parse(await readFile(path, 'utf8'));
      const { lastSeq } = written.progress;
      const { epoch, ...kept } = written;
      await writeFile(
        path,
        first({ ...kept, progress: { nextOffset: '5', lastSeq, aggregator: 'x' }, held: {} }),
      );
      for (const name of await readdir(join(directory, 'checkpoints/p00'))) {
        if (name.startsWith('epoch-'))
          await rm(join(directory, 'checkpoints/p00', name), { recursive: true });
      }
      await rm(join(directory, 'checkpoints/lake.json'));
      expect(epoch).toBe(1);

      const again = newLake(directory, { partitions: 6 });
      expect(await again.writer.open()).toEqual({
        progress: progressOf({ lastSeq: { [PROBE]: 4 }, aggregator: 'x' }),
        lastSeq: { [PROBE]: 4 },
        dirty: [],
        notices: [],
      });
      expect(again.partitions).toBe(1);
      expect(await ask(again, ({ raw }) => `SELECT count(*)::INT FROM ${raw}`)).toEqual([[4]]);
      await again.writer.close();
      expect(await readFile(path, 'utf8')).toMatch(/^{"version":2,/);
    }));
});
