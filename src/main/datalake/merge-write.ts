import type { DuckDBConnection } from '@duckdb/node-api';
import type { LakeDisk } from './lake-disk';
import type { LakeState } from './lake-state';
import type { MergePlan } from './merge-plan';
import { copyTo, ROW_GROUP_ROWS } from './parquet-writer';
import { rawSchema } from './raw-schema';
import { selectFiles } from './read-parquet';
import { quote, quoteList } from './sql-text';
import { columnList } from './table-schema';

/** How many rows are ordered at once: a sort holds all of its rows, and a day of a hundred targets has nine million. */
const SLICE_ROWS = 60_000;
/**
 * Every slice reads the inputs again: segments to their end, ordered files only where their statistics say that its
 * targets stand.
 */
const MAX_SLICES = { hour: 24, day: 96 } as const;

/** Neighbouring targets, inclusive. */
interface Slice {
  from: string;
  to: string;
}

/**
 * Writes the rows of a merge's inputs to `temporary`, durable, and returns its size in bytes. An ordered result is
 * written target by target, some at a time, and then strung together: both take little memory, whatever its size.
 */
export async function writeMerged(
  state: LakeState,
  connection: DuckDBConnection,
  plan: MergePlan,
  temporary: string,
): Promise<number> {
  const { disk } = state;
  const { kind } = plan;
  const inputs = [...plan.inputs].sort((a, b) => a.minUs - b.minUs);
  const rows = selectFiles(state.directory, rawSchema, inputs).join(' UNION ALL ');
  if (kind === 'segment') {
    return disk.write(temporary, () =>
      connection.run(copyTo(rows, disk.absolute(temporary), ROW_GROUP_ROWS[kind])),
    );
  }
  const total = plan.inputs.reduce((sum, file) => sum + file.rows, 0);
  return writeOrdered(disk, connection, { rows, total, kind }, temporary);
}

/**
 * Writes raw rows ordered by target and time to `temporary`, durable, and returns its size in bytes.
 * @param of.rows a select with the columns of raw; it is run once for every slice
 * @param of.total how many rows that are
 */
export async function writeOrdered(
  disk: LakeDisk,
  connection: DuckDBConnection,
  { rows, total, kind }: { rows: string; total: number; kind: 'hour' | 'day' },
  temporary: string,
): Promise<number> {
  const write = (path: string, select: string): Promise<number> =>
    disk.write(path, () => connection.run(copyTo(select, disk.absolute(path), ROW_GROUP_ROWS[kind])));
  const order = 'ORDER BY target_id, "timestamp", probe_id, seq';
  const sliceRows = Math.max(SLICE_ROWS, total / MAX_SLICES[kind]);
  const slices = total <= sliceRows ? [] : await sliceTargets(connection, rows, sliceRows);
  if (slices.length <= 1) return write(temporary, `SELECT * FROM (${rows}) ${order}`);
  const parts: string[] = [];
  try {
    for (const { from, to } of slices) {
      const part = disk.temporary();
      parts.push(part);
      const within = `target_id >= ${quote(from)} AND target_id <= ${quote(to)}`;
      await write(part, `SELECT * FROM (${rows}) WHERE ${within} ${order}`);
    }
    const paths = quoteList(parts.map((part) => disk.absolute(part)));
    return await write(
      temporary,
      `SELECT ${columnList(rawSchema)} FROM read_parquet(${paths}, hive_partitioning = false)`,
    );
  } finally {
    await disk.discard(parts);
  }
}

/** Targets in order, grouped to slices of about equal size; a target is never split. */
async function sliceTargets(connection: DuckDBConnection, rows: string, size: number): Promise<Slice[]> {
  const counts = await connection.runAndReadAll(
    `SELECT target_id, count(*)::DOUBLE FROM (${rows}) GROUP BY 1 ORDER BY 1`,
  );
  const slices: Slice[] = [];
  let inSlice = Number.POSITIVE_INFINITY;
  for (const [target, count] of counts.getRowsJS()) {
    const id = String(target);
    const last = slices.at(-1);
    if (last === undefined || inSlice + Number(count) > size) {
      slices.push({ from: id, to: id });
      inSlice = 0;
    } else last.to = id;
    inSlice += Number(count);
  }
  return slices;
}
