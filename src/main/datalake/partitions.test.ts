import { mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Lake } from './lake';
import {
  ask,
  createTestClock,
  eventOf,
  newLake,
  noProgress,
  placesAt,
  progressOf,
  START_US,
  windowOf,
  withFolder,
} from './lake-fixtures';

const HOUR = 3_600_000_000;
const everySeq = ({ raw }: { raw: string }): string =>
  `SELECT coalesce(list(seq::INT ORDER BY seq), []) FROM ${raw}`;

async function write(lake: Lake, partition: number, seqs: readonly number[]): Promise<void> {
  const writer = lake.partition(partition);
  writer.append(seqs.map((seq) => eventOf(seq, { target_id: `target-${partition}` })));
  await writer.flushRaw();
  await writer.upsertWindows([
    windowOf(START_US, { target_id: `target-${partition}`, total_pings: seqs.length }),
  ]);
  await writer.commit(progressOf({ places: placesAt(seqs.at(-1) ?? 0) }));
}

describe('a lake of several partitions', () => {
  it('shows rows of all of them in one view, flushed or not, while they are flushed at the same time', () =>
    withFolder(async (directory) => {
      const lake = newLake(directory, { partitions: 3 });
      expect(await lake.open()).toMatchObject({ partitions: 3, notices: [] });
      for (const n of [0, 1, 2]) await lake.partition(n).open();
      await Promise.all([write(lake, 0, [1, 4]), write(lake, 1, [2]), write(lake, 2, [3])]);
      lake.partition(1).append([eventOf(5)]);
      expect(await ask(lake, everySeq)).toEqual([[[1, 2, 3, 4, 5]]]);
      expect(await ask(lake, ({ windows }) => `SELECT count(*)::INT FROM ${windows}`)).toEqual([[3]]);
      expect(lake.stats()).toMatchObject({ rawRows: 4, unflushedRows: 1, windowRows: 3 });
      expect(lake.partition(0).stats()).toMatchObject({ rawRows: 2, unflushedRows: 0, windowRows: 1 });
      await lake.reset();
      expect(await ask(lake, everySeq)).toEqual([[[]]]);
      await lake.close();
    }));

  it('is emptied whole, also when another process takes a partition over meanwhile', () =>
    withFolder(async (directory) => {
      const other = newLake(directory, { partitions: 3 });
      let isToTake = false;
      const lake = newLake(directory, {
        partitions: 3,
        async failpoint() {
          if (!isToTake) return;
          isToTake = false;
          await other.partition(1).open();
        },
      });
      await lake.open();
      await other.open();
      for (const n of [0, 1, 2]) await lake.partition(n).open();
      for (const n of [0, 1, 2]) await write(lake, n, [n + 1]);
      isToTake = true;
      await lake.reset();
      expect(isToTake).toBe(false);
      expect(await ask(lake, everySeq)).toEqual([[[]]]);
      await expect(write(other, 1, [9])).rejects.toMatchObject({ code: 'fenced' });
      await other.close();
      await lake.close();
    }));

  it('keeps its number of partitions, whatever is asked for later, and knows no other', () =>
    withFolder(async (directory) => {
      const made = await Promise.all(
        [3, 5, 7].map(async (partitions) => {
          const lake = newLake(directory, { partitions });
          const { id, partitions: found } = await lake.open();
          await lake.close();
          return `${id} ${found}`;
        }),
      );
      expect(new Set(made).size).toBe(1);
      const again = newLake(directory, { partitions: 2 });
      const { partitions } = await again.open();
      expect(made[0]).toContain(` ${partitions}`);
      expect(() => again.partition(partitions)).toThrow('no partition');
      await again.close();
    }));

  it('counts the partitions of a lake that has no description yet by its files', () =>
    withFolder(async (directory) => {
      const lake = newLake(directory, { partitions: 4 });
      await lake.partition(2).open();
      await write(lake, 2, [1]);
      await lake.close();
      await rm(join(directory, 'checkpoints'), { recursive: true });
      const again = newLake(directory, { partitions: 8 });
      expect(await again.open()).toMatchObject({ partitions: 3 });
      await again.close();
    }));
});

describe('a lake that two processes share', () => {
  it('shows each what the other has committed, and what it took over', () =>
    withFolder(async (directory) => {
      const [first, second] = [newLake(directory, { partitions: 2 }), newLake(directory, { partitions: 2 })];
      await first.partition(0).open();
      await second.partition(1).open();
      await write(first, 0, [1, 2]);
      await write(second, 1, [3]);
      expect(await ask(first, everySeq)).toEqual([[[1, 2, 3]]]);
      second.partition(1).append([eventOf(4)]);
      expect(await ask(first, everySeq)).toEqual([[[1, 2, 3]]]);
      expect(await ask(second, everySeq)).toEqual([[[1, 2, 3, 4]]]);
      await write(second, 1, [5]);
      expect(await ask(first, everySeq)).toEqual([[[1, 2, 3, 4, 5]]]);
      expect(first.stats()).toMatchObject({ rawRows: 5, windowRows: 2 });

      expect(await second.partition(0).open()).toMatchObject({
        progress: { places: placesAt(2) },
        notices: [],
      });
      first.partition(0).append([eventOf(6)]);
      await expect(first.partition(0).flushRaw()).rejects.toMatchObject({
        code: 'fenced',
        domain: 'external',
      });
      await first.partition(0).close();
      await write(second, 0, [7]);
      expect(await ask(first, everySeq)).toEqual([[[1, 2, 3, 4, 5, 7]]]);
      await first.close();
      await second.close();
    }));

  it('is read whole while its owner flushes and merges all the time', { timeout: 60_000 }, () =>
    withFolder(async (directory) => {
      const clock = createTestClock();
      const [owner, reader] = [
        newLake(directory, { partitions: 2, clock }),
        newLake(directory, { partitions: 2 }),
      ];
      const writer = owner.partition(0);
      await writer.open();
      await reader.open();
      let committed = 0;
      let reading = true;
      const write = async (): Promise<void> => {
        for (let seq = 1; reading; seq++) {
          // Forty minutes pass with every flush: hours and days close, and are merged, all the time.
          clock.nowUsValue += (2 * HOUR) / 3;
          writer.append([eventOf(seq, { timestamp: clock.nowUsValue })]);
          await writer.flushRaw();
          await writer.upsertWindows([
            windowOf(clock.nowUsValue - (clock.nowUsValue % HOUR), { total_pings: seq }),
          ]);
          await writer.commit(noProgress);
          committed = seq;
          await writer.maintain(clock.nowUs());
        }
      };
      const writing = write();
      // At least four days, so that there was something to merge.
      for (let round = 0; round < 150 || committed < 150; round++) {
        const known = committed;
        const [[seqs, windows] = []] = await ask(
          reader,
          ({ raw, windows }) =>
            `SELECT (SELECT coalesce(list(seq::INT ORDER BY seq), []) FROM ${raw}),
              (SELECT count(*) - count(DISTINCT start_time) FROM ${windows})::INT`,
        );
        const rows = Array.isArray(seqs) ? seqs : [];
        expect(rows).toEqual(Array.from(rows, (_, index) => index + 1));
        expect(rows.length).toBeGreaterThanOrEqual(known);
        expect(windows).toBe(0);
      }
      reading = false;
      await writing;
      // Without merges there would be a file for every hour.
      expect(owner.stats().rawFiles).toBeLessThan(committed / 3);
      await owner.close();
      await reader.close();
    }, true),
  );

  it('has a folder for each of them, which goes with it, or an hour after its last sign of life', () =>
    withFolder(async (directory) => {
      const temporary = join(directory, 'checkpoints/tmp');
      const [dead, alive] = [join(temporary, '0123456789abcdef'), join(temporary, 'fedcba9876543210')];
      for (const folder of [dead, alive]) {
        await mkdir(folder, { recursive: true });
        await writeFile(join(folder, 'alive'), '');
      }
      const longAgo = new Date('2026-01-01T00:00:00Z');
      await utimes(join(dead, 'alive'), longAgo, longAgo);
      const lake = newLake(directory);
      await lake.open();
      const names = await readdir(temporary);
      expect(names).toHaveLength(2);
      expect(names).toContain('fedcba9876543210');
      await lake.close();
      expect(await readdir(temporary)).toEqual(['fedcba9876543210']);
    }));
});

describe('an event', () => {
  it('is found by prober and number among thousands, in files and in memory, in its own partition only', () =>
    withFolder(async (directory) => {
      const lake = newLake(directory, { partitions: 2 });
      for (const n of [0, 1]) await lake.partition(n).open();
      const writer = lake.partition(0);
      const even = Array.from({ length: 3000 }, (_, index) => eventOf(2 * index + 2));
      writer.append(even.slice(0, 2000));
      await writer.flushRaw();
      writer.append(even.slice(2000));
      writer.append([eventOf(2, { probe_id: "o'clock-00000000" })]);
      lake.partition(1).append([eventOf(3)]);
      const asked = Array.from({ length: 6100 }, (_, index) => ({ probe_id: 'home-0a1b2c3d', seq: index }));
      const found = await writer.find([...asked, { probe_id: "o'clock-00000000", seq: 2 }]);
      expect(found.size).toBe(3001);
      expect(found.get('home-0a1b2c3d 4000')).toEqual(even[1999]);
      expect(found.get('home-0a1b2c3d 6000')).toEqual(even[2999]);
      const odd = asked.filter(({ seq }) => seq % 2 === 1);
      expect(await writer.find(odd)).toEqual(new Map());
      const scattered = asked.filter(({ seq }) => seq % 4 === 0);
      expect((await writer.find(scattered)).size).toBe(1500);
      expect((await writer.find([])).size).toBe(0);
      await lake.close();
    }));
});

describe('a record that became no event', () => {
  const record = (offset: number, value: Buffer | null) => ({
    partition: 4,
    offset: String(offset),
    reason: 'not_json' as const,
    detail: 'It is no JSON.',
    key: Buffer.from('shop'),
    value,
    timestampUs: START_US,
  });

  it('stands in a line of its own once the next flush is done, and once only', () =>
    withFolder(async (directory) => {
      const lake = newLake(directory);
      await lake.writer.open();
      lake.writer.quarantine([record(12, Buffer.from('{ñ')), record(15, Buffer.from([0xff, 0xfe]))]);
      expect(lake.writer.stats()).toMatchObject({ quarantinedRecords: 2 });
      await lake.writer.flushRaw();
      await lake.writer.commit(progressOf({ places: placesAt(16) }));
      lake.writer.quarantine([record(17, Buffer.alloc(100_000, 'x')), record(18, null)]);
      await lake.writer.flushRaw();
      // Not committed: these two are read from the log again.
      await lake.writer.close();
      const folder = join(directory, 'quarantine/date=2026-01-15');
      expect(await readdir(folder)).toHaveLength(2);
      const again = newLake(directory);
      await again.writer.open();
      const names = await readdir(folder);
      expect(names).toEqual([expect.stringMatching(/^uptimer-p00-12-15-\d+\.jsonl$/)]);
      const lines = (await readFile(join(folder, names[0] ?? ''), 'utf8')).trim().split('\n');
      expect(lines.map((line) => JSON.parse(line))).toEqual([
        {
          partition: 4,
          offset: '12',
          reason: 'not_json',
          detail: 'It is no JSON.',
          timestampUs: START_US,
          key: { text: 'shop', bytes: 4 },
          value: { text: '{ñ', bytes: 3 },
        },
        expect.objectContaining({ offset: '15', value: { base64: '//4=', bytes: 2 } }),
      ]);
      await again.writer.close();
    }));

  it('is kept without its content when a flood of them fills the memory for it', () =>
    withFolder(async (directory) => {
      const lake = newLake(directory);
      await lake.writer.open();
      const long = Buffer.alloc(100_000, 'x');
      for (let offset = 0; offset < 400; offset++) lake.writer.quarantine([record(offset, long)]);
      expect(lake.writer.stats()).toMatchObject({ quarantinedRecords: 400, quarantineFill: 1 });
      await lake.writer.flushRaw();
      expect(lake.writer.stats()).toMatchObject({ quarantinedRecords: 0, quarantineFill: 0 });
      const folder = join(directory, 'quarantine/date=2026-01-15');
      const text = await readFile(join(folder, (await readdir(folder))[0] ?? ''), 'utf8');
      expect(text.length).toBeLessThan(10_000_000);
      const lines = text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(lines).toHaveLength(400);
      expect(lines[0].value).toMatchObject({ text: 'x'.repeat(65_536), bytes: 100_000 });
      expect(lines[399].value).toEqual({ bytes: 100_000 });
      await lake.writer.close();
    }));
});
