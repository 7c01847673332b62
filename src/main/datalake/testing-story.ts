import { DuckDBInstance } from '@duckdb/node-api';
import { expect } from 'vitest';
import type { ProbeEvent } from '../../shared/domain/probe-event';
import { type WindowRow, windowKeyOf } from '../../shared/domain/window-row';
import { type createTestClock, eventOf, progressOf, type TestLake, windowOf } from './lake-fixtures';

const PROBE = 'home-0a1b2c3d';
const MINUTE = 60_000_000;
const at = (text: string): number => Date.parse(`${text}Z`) * 1000;

/** A story that passes through every kind of step: tails that grow, two dates in one flush, hours, days, late rows. */
export interface Chapter {
  nowUs: number;
  events: ProbeEvent[];
  windows: WindowRow[];
}

export function story(): Chapter[] {
  let seq = 0;
  const next = (us: number): ProbeEvent => {
    seq += 1;
    return eventOf(seq, { timestamp: us, target_id: seq % 2 === 0 ? 'shop' : 'blog' });
  };
  const chapter = (now: string, times: string[], starts: string[]): Chapter => ({
    nowUs: at(now),
    events: times.map((time) => next(at(time))),
    windows: starts.map((start, index) => windowOf(at(start), { total_pings: seq + index })),
  });
  return [
    chapter('2026-01-15T22:59:00', ['2026-01-15T22:58:00', '2026-01-15T22:58:01'], ['2026-01-15T22:58:00']),
    chapter('2026-01-15T22:59:40', ['2026-01-15T22:59:30'], ['2026-01-15T22:58:00', '2026-01-15T22:59:00']),
    chapter('2026-01-15T23:10:00', ['2026-01-15T23:09:00', '2026-01-15T23:09:01'], ['2026-01-15T23:09:00']),
    chapter('2026-01-16T00:00:05', ['2026-01-15T23:59:59', '2026-01-16T00:00:01'], ['2026-01-15T23:59:00']),
    chapter('2026-01-16T00:10:00', ['2026-01-16T00:09:00'], []),
    chapter('2026-01-16T01:10:00', ['2026-01-15T22:58:02', '2026-01-16T01:09:00'], ['2026-01-15T22:58:00']),
    chapter('2026-01-16T04:10:00', ['2026-01-16T04:09:00'], ['2026-01-16T04:09:00']),
  ];
}

/** What the windows table must hold after a commit, by how many chapters it covers. */
function windowsAfter(chapters: readonly Chapter[], count: number): Map<string, number> {
  const windows = new Map<string, number>();
  for (const chapter of chapters.slice(0, count)) {
    for (const row of chapter.windows) windows.set(windowKeyOf(row), row.total_pings);
  }
  return windows;
}

/** Plays the story from where the lake stands. Throws when it dies. */
export async function play(
  lake: TestLake,
  clock: ReturnType<typeof createTestClock>,
  chapters: readonly Chapter[],
): Promise<void> {
  const opening = await lake.writer.open();
  const done = Number(opening.progress?.aggregator ?? 0);
  for (const [index, chapter] of chapters.entries()) {
    if (index < done) continue;
    clock.nowUsValue = chapter.nowUs;
    lake.writer.append(chapter.events.filter((event) => event.seq > (opening.lastSeq[PROBE] ?? 0)));
    await lake.writer.flushRaw();
    await lake.writer.upsertWindows(chapter.windows);
    const last = chapter.events.at(-1)?.seq ?? 0;
    const progress = { lastSeq: { [PROBE]: last }, aggregator: index + 1 };
    await lake.writer.commit(progressOf(progress));
    for (let step = 0; step < 3; step++) await lake.writer.maintain(clock.nowUs());
    clock.nowUsValue += 2 * MINUTE;
    await lake.writer.maintain(clock.nowUs());
  }
}

/** Reads the folders as a stranger would. */
async function readFolders(directory: string): Promise<{ seqs: number[]; windows: Map<string, number> }> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    const rows = async (sql: string): Promise<unknown[][]> =>
      (await connection.runAndReadAll(sql)).getRowsJS();
    const raw = await rows(
      `SELECT seq::INT FROM read_parquet('${directory}/lake1_raw/*/*.parquet', hive_partitioning = true) ORDER BY seq`,
    ).catch(() => []);
    const windows = await rows(
      `SELECT target_id, probe_id, epoch_us(start_time)::DOUBLE, total_pings
       FROM read_parquet('${directory}/lake2_metrics/*/*.parquet')`,
    ).catch(() => []);
    const byKey = new Map<string, number>();
    for (const [target, probe, start, total] of windows) {
      const key = windowKeyOf({
        target_id: String(target),
        probe_id: String(probe),
        start_time: Number(start),
      });
      expect(byKey.has(key), 'a window stands twice').toBe(false);
      byKey.set(key, Number(total));
    }
    return { seqs: raw.map(([seq]) => Number(seq)), windows: byKey };
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/**
 * Opens the lake, compares it with the committed part of the story, and closes it.
 * @param expected how many chapters that must be; left out: any number
 */
export async function expectCommitted(
  directory: string,
  lake: TestLake,
  chapters: readonly Chapter[],
  expected?: number,
): Promise<void> {
  const opening = await lake.writer.open();
  const done = Number(opening.progress?.aggregator ?? 0);
  expect(done).toBe(expected ?? done);
  const { seqs, windows } = await readFolders(directory);
  const last = opening.lastSeq[PROBE] ?? 0;
  expect(seqs).toEqual(Array.from({ length: last }, (_, index) => index + 1));
  expect(windows).toEqual(windowsAfter(chapters, done));
  const view = await lake.views.acquire();
  const connection = await lake.views.connect();
  const own = await connection.runAndReadAll(`SELECT list(seq::INT ORDER BY seq) FROM ${view.raw()}`);
  expect(own.getRowsJson()[0]?.[0] ?? []).toEqual(seqs);
  connection.closeSync();
  view.release();
  await lake.writer.close();
}
