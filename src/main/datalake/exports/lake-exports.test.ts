import { execFileSync } from 'node:child_process';
import { readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ExportRequest, ExportState } from '../../../shared/contract/questions';
import type { WindowRow } from '../../../shared/domain/window-row';
import { createLogger } from '../../platform/logger';
import { systemRandom } from '../../platform/random';
import type { Lake } from '../lake';
import { ask, createTestClock, eventOf, newLake, START_US, windowOf, withFolder } from '../lake-fixtures';
import type { LakeExports } from '../lake-queries';
import { quote } from '../sql-text';
import { createLakeExports } from './create-lake-exports';

const SECOND_US = 1_000_000;
const HOUR = { fromUs: START_US, toUs: START_US + 3600 * SECOND_US };

interface World {
  directory: string;
  lake: Lake;
  exports: LakeExports;
}

/** A lake with two targets for an hour at one attempt each second, half of it flushed, and exports into `out`. */
async function withExports(
  test: (world: World) => Promise<void>,
  options: { overlay?: readonly WindowRow[]; sliceRows?: number } = {},
): Promise<void> {
  await withFolder(async (directory) => {
    const lake = newLake(join(directory, 'lake'));
    await lake.writer.open();
    const events = Array.from({ length: 7200 }, (_, index) =>
      eventOf(index + 1, {
        timestamp: START_US + Math.floor(index / 2) * SECOND_US,
        target_id: index % 2 === 0 ? 'shop' : 'blog',
        latency_ms: (index % 977) + 0.25,
      }),
    );
    lake.writer.append(events.slice(0, 4000));
    await lake.writer.flushRaw();
    lake.writer.append(events.slice(4000));
    await lake.writer.upsertWindows([windowOf(START_US), windowOf(START_US + 60 * SECOND_US)]);
    const { overlay } = options;
    const exports = createLakeExports({
      views: lake.views,
      ...(overlay === undefined ? {} : { overlay: () => overlay }),
      directory: join(directory, 'out'),
      lakeDirectory: join(directory, 'lake'),
      clock: createTestClock(),
      random: systemRandom,
      logger: createLogger('silent'),
      sliceRows: options.sliceRows ?? 1000,
    });
    try {
      await test({ directory, lake, exports });
    } finally {
      await exports.stop();
      await lake.writer.close();
    }
  });
}

const request = (changes: Partial<ExportRequest>): ExportRequest => ({
  table: 'raw',
  format: 'parquet',
  range: HOUR,
  targetIds: [],
  path: null,
  ...changes,
});

/** Starts an export and waits for its end, collecting its states. */
async function runToEnd(exports: LakeExports, asked: ExportRequest) {
  const states: ExportState[] = [];
  let stopListening = () => {};
  const started = await new Promise<ExportState>((resolve, reject) => {
    const ended = (state: ExportState) => {
      states.push(state);
      if (state.status !== 'running') resolve(state);
    };
    stopListening = exports.listen(ended);
    exports.start(asked).catch(reject);
  }).finally(() => stopListening());
  return { ended: started, states };
}

/** All rows of a file or table expression, in the file's order or sorted. */
const rowsOf = async (lake: Lake, sql: string) => await ask(lake, () => `SELECT * FROM ${sql}`);

describe('an export', () => {
  it('of raw rows to Parquet holds exactly the lake’s rows, in order of time, with the lake’s columns', () =>
    withExports(async ({ exports, lake }) => {
      const { ended, states } = await runToEnd(exports, request({}));
      expect(ended).toMatchObject({ status: 'done', rowsDone: 7200, rowsTotal: 7200, error: null });
      expect(states.map((state) => state.rowsDone)).toEqual(
        [...states.map((state) => state.rowsDone)].sort((a, b) => a - b),
      );
      expect(new Set(states.map((state) => state.rowsDone)).size).toBeGreaterThan(4);
      const file = `read_parquet(${quote(ended.path)})`;
      const expected = await ask(
        lake,
        ({ raw }) => `SELECT * FROM ${raw} ORDER BY timestamp, target_id, probe_id, seq`,
      );
      expect(await rowsOf(lake, file)).toEqual(expected);
      expect(await ask(lake, () => `DESCRIBE SELECT * FROM ${file}`)).toEqual(
        await ask(lake, ({ raw }) => `DESCRIBE SELECT * FROM ${raw}`),
      );
      const [compressions] = await ask(
        lake,
        () => `SELECT list(DISTINCT compression) FROM parquet_metadata(${quote(ended.path)})`,
      );
      expect(compressions).toEqual([['SNAPPY']]);
    }));

  it('holds only the targets and the range that were asked for', () =>
    withExports(async ({ exports, lake }) => {
      const range = { fromUs: START_US + 10 * SECOND_US, toUs: START_US + 20 * SECOND_US };
      const { ended } = await runToEnd(exports, request({ range, targetIds: ['blog', "o'brien"] }));
      expect(ended.rowsTotal).toBe(10);
      const file = `read_parquet(${quote(ended.path)})`;
      expect(await ask(lake, () => `SELECT DISTINCT target_id FROM ${file}`)).toEqual([['blog']]);
    }));

  it('to CSV has a header, instants in UTC and one line per row', () =>
    withExports(async ({ exports, lake }) => {
      const { ended } = await runToEnd(exports, request({ format: 'csv' }));
      const lines = (await readFile(ended.path, 'utf8')).trimEnd().split('\n');
      expect(lines).toHaveLength(7201);
      expect(lines[0]).toMatch(/^timestamp,started_at,target_id,url,probe_id,seq,outcome,/);
      expect(lines[1]).toMatch(/^2026-01-15T10:00:00\.000000Z,2026-01-15T10:00:00\.001200Z,blog,/);
      const back = `read_csv(${quote(ended.path)})`;
      expect(await ask(lake, () => `SELECT sum(seq)::INT, sum(latency_ms) FROM ${back}`)).toEqual(
        await ask(lake, ({ raw }) => `SELECT sum(seq)::INT, sum(latency_ms) FROM ${raw}`),
      );
    }));

  it('of metrics has the windows in memory instead of those they replace', () => {
    const inMemory = [
      windowOf(START_US + 60 * SECOND_US, { total_pings: 30, is_final: false }),
      windowOf(START_US + 120 * SECOND_US, { hist_counts: [], p50_latency: null, uptime_pct: null }),
    ];
    return withExports(
      async ({ exports, lake }) => {
        const { ended } = await runToEnd(exports, request({ table: 'metrics' }));
        expect(ended.rowsTotal).toBe(3);
        const file = `read_parquet(${quote(ended.path)})`;
        expect(await ask(lake, () => `DESCRIBE SELECT * FROM ${file}`)).toEqual(
          await ask(lake, ({ windows }) => `DESCRIBE SELECT * FROM ${windows}`),
        );
        expect(
          await ask(lake, () => `SELECT total_pings, is_final, uptime_pct, hist_counts FROM ${file}`),
        ).toEqual([
          [60, true, 100, [1, 0, 59]],
          [30, false, 100, [1, 0, 59]],
          [60, true, null, []],
        ]);
        const csv = await runToEnd(exports, request({ table: 'metrics', format: 'csv' }));
        expect((await readFile(csv.ended.path, 'utf8')).split('\n')[1]).toMatch(/,5,110,"\[1,0,59\]"$/);
      },
      { overlay: inMemory },
    );
  });

  it('without a path is named after table and range, each time anew', () =>
    withExports(async ({ exports, directory }) => {
      const range = { fromUs: START_US, toUs: START_US + SECOND_US };
      const first = await runToEnd(exports, request({ range }));
      const second = await runToEnd(exports, request({ range, format: 'csv' }));
      const names = await readdir(join(directory, 'out'));
      expect(names).toHaveLength(2);
      expect(first.ended.path).toMatch(/uptimer-raw-20260115T100000Z-20260115T100001Z-[0-9a-f]{6}\.parquet$/);
      expect(second.ended.path).toMatch(/\.csv$/);
      expect(first.ended.bytes).toBeGreaterThan(0);
    }));

  it('is refused where it cannot or should not be written, naming the path', () =>
    withExports(async ({ exports, directory }) => {
      const taken = join(directory, 'taken.parquet');
      await writeFile(taken, 'mine');
      const start = (path: string) => exports.start(request({ path }));
      await expect(start(taken)).rejects.toMatchObject({ code: 'conflict', field: 'path' });
      expect(await readFile(taken, 'utf8')).toBe('mine');
      await symlink(join(directory, 'lake', 'lake1_raw'), join(directory, 'link'));
      for (const path of [
        join(directory, 'none', 'x'),
        join(taken, 'x'),
        join(directory, 'lake', 'lake1_raw', 'x'),
        join(directory, 'link', 'x'),
      ]) {
        const refused = start(path);
        await expect(refused).rejects.toMatchObject({ code: 'not_writable', field: 'path' });
        await expect(refused).rejects.toThrow(directory);
      }
      await expect(start(directory)).rejects.toMatchObject({ code: 'conflict' });
      expect(exports.list()).toEqual([]);
    }));

  it('of a range without rows is refused', () =>
    withExports(async ({ exports }) => {
      const range = { fromUs: 0, toUs: START_US };
      await expect(exports.start(request({ range }))).rejects.toMatchObject({
        code: 'not_found',
        field: 'range',
      });
      await expect(exports.start(request({ targetIds: ['nobody'] }))).rejects.toMatchObject({
        code: 'not_found',
      });
    }));

  it.each(['parquet', 'csv'] as const)('to %s that is cancelled leaves nothing behind', (format) =>
    withExports(
      async ({ exports, directory }) => {
        const cancelled = new Promise<ExportState>((resolve, reject) => {
          exports.listen((state) => {
            if (state.status === 'running' && state.rowsDone > 0)
              exports.cancel(state.id).then(resolve, reject);
          });
        });
        const { id } = await exports.start(request({ format }));
        const waiting = await exports.start(request({ format }));
        expect(await exports.cancel(waiting.id)).toMatchObject({ status: 'cancelled', rowsDone: 0 });
        expect(await cancelled).toMatchObject({ id, status: 'cancelled' });
        expect(await readdir(join(directory, 'out'))).toEqual([]);
        expect(exports.status(id).status).toBe('cancelled');
      },
      { sliceRows: 600 },
    ),
  );

  it('is cancelled by a stop, after which none starts', () =>
    withExports(async ({ exports, directory }) => {
      const { id } = await exports.start(request({}));
      await exports.stop();
      expect(exports.status(id).status).toBe('cancelled');
      expect(await readdir(join(directory, 'out'))).toEqual([]);
      await expect(exports.start(request({}))).rejects.toMatchObject({ code: 'unavailable' });
    }));

  it('can be asked for until fifty others have ended', () =>
    withExports(async ({ exports }) => {
      const range = { fromUs: START_US, toUs: START_US + 1 };
      const first = await runToEnd(exports, request({ range, format: 'csv' }));
      for (let other = 0; other < 50; other += 1) await runToEnd(exports, request({ range, format: 'csv' }));
      expect(exports.list()).toHaveLength(50);
      expect(() => exports.status(first.ended.id)).toThrow(expect.objectContaining({ code: 'not_found' }));
    }));
});

describe('an export to a small disk', () => {
  it('says that there is no room and leaves nothing; to a read-only disk it is refused', (context) =>
    withFolder(async (folder) => {
      if (!mountSmall(folder, '32k')) return context.skip('only root may mount a small filesystem');
      try {
        await withExports(
          async ({ exports }) => {
            for (const format of ['parquet', 'csv'] as const) {
              const { ended } = await runToEnd(
                exports,
                request({ format, path: join(folder, `x.${format}`) }),
              );
              expect(ended).toMatchObject({ status: 'failed', bytes: null });
              expect(ended.error?.message).toMatch(/not enough room on the disk for .*\/x\./);
              expect(await readdir(folder)).toEqual([]);
            }
            execFileSync('mount', ['-o', 'remount,ro', folder]);
            await expect(exports.start(request({ path: join(folder, 'x') }))).rejects.toMatchObject({
              code: 'not_writable',
              field: 'path',
            });
          },
          { sliceRows: 1000 },
        );
      } finally {
        execFileSync('umount', [folder]);
      }
    }));
});

function mountSmall(folder: string, size: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
