import { readFile } from 'node:fs/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { setAside } from './check-files';
import { type Checkpoint, decodeCheckpoint } from './checkpoint';
import { previousPath } from './commit';
import { inspectFile } from './inspect-file';
import type { LakeOpening } from './lake';
import type { MetricsFile, RawFile } from './lake-file';
import { highestSeqs, type LakeState, mustBeOpen } from './lake-state';
import { highestQuarantineSerial, removeQuarantineAfter } from './quarantine-files';
import { scanTable } from './scan-folders';
import { HOUR_US, quoteList } from './sql-text';

type Found = Pick<LakeOpening, 'dirty' | 'notices'>;

/**
 * Makes the list of live files from the folders when the checkpoint is lost. Every row that stands there is kept: it
 * was acknowledged, and the log may have given up its copy of it.
 *
 * The previous checkpoint's progress is used when it can be read (or that of `known`, a checkpoint of which only the archive
 * is lost): it is older than the files, which is harmless. Its watermark is lower, so that windows are written again by key,
 * and rows that are read again are found in the files: `lastSeq` is the highest that stands there.
 */
export async function rebuild(state: LakeState, known: Checkpoint | null, found: Found): Promise<void> {
  const { connection } = mustBeOpen(state);
  state.raw.reset(await describeRaw(state, connection, found));
  state.metrics.reset(await describeMetrics(state, connection, found));
  const previous = known ?? (await readPrevious(state));
  if (previous === null) {
    state.serial = Math.max(state.serial, await highestQuarantineSerial(state));
  } else {
    state.serial = previous.serial + 1;
    await removeQuarantineAfter(state, previous.serial);
  }
  const progress = previous?.progress ?? null;
  if (progress === null) found.dirty.push(...(await staleHours(state, connection)));
  state.progress = progress;
  if (progress !== null) state.progress = { ...progress, lastSeq: highestSeqs(state) };
}

async function readPrevious(state: LakeState): Promise<Checkpoint | null> {
  const text = await readFile(state.disk.absolute(previousPath(state)), 'utf8').catch(() => null);
  const reading = text === null ? null : decodeCheckpoint(text);
  return reading?.kind === 'read' ? reading.checkpoint : null;
}

async function wholeFiles(
  state: LakeState,
  connection: DuckDBConnection,
  table: 'lake1_raw' | 'lake2_metrics',
  found: Found,
): Promise<{ path: string; rows: number; bytes: number }[]> {
  const whole: { path: string; rows: number; bytes: number }[] = [];
  for (const path of await scanTable(state.directory, table, state.disk.partition)) {
    const condition = await inspectFile(connection, state.disk.absolute(path));
    if (condition.kind === 'whole' && condition.rows > 0) whole.push({ path, ...condition });
    else if (condition.kind === 'whole') await state.disk.remove(path);
    else if (condition.kind === 'broken') {
      found.notices.push({ code: 'file_set_aside', message: await setAside(state, { path }, true), path });
    }
  }
  return whole;
}

async function describeRaw(state: LakeState, connection: DuckDBConnection, found: Found): Promise<RawFile[]> {
  const files: RawFile[] = [];
  for (const { path, rows, bytes } of await wholeFiles(state, connection, 'lake1_raw', found)) {
    const result = await connection.runAndReadAll(`
      SELECT probe_id, min(seq)::DOUBLE, max(seq)::DOUBLE, epoch_us(min("timestamp"))::DOUBLE,
             epoch_us(max(coalesce(missed_until, "timestamp")))::DOUBLE
      FROM read_parquet(${quoteList([state.disk.absolute(path)])}, hive_partitioning = false) GROUP BY 1`);
    const probes = result.getRowsJS();
    const seqs: Record<string, [number, number]> = {};
    for (const [probe, from, to] of probes) seqs[String(probe)] = [Number(from), Number(to)];
    const minUs = Math.min(...probes.map((row) => Number(row[3])));
    const maxUs = Math.max(...probes.map((row) => Number(row[4])));
    const writtenUs = state.clock.nowUs();
    files.push({ path, rows, bytes, date: dateOfPath(path), kind: 'segment', minUs, maxUs, seqs, writtenUs });
  }
  return files;
}

async function describeMetrics(
  state: LakeState,
  connection: DuckDBConnection,
  found: Found,
): Promise<MetricsFile[]> {
  const files: MetricsFile[] = [];
  for (const { path, rows, bytes } of await wholeFiles(state, connection, 'lake2_metrics', found)) {
    const result = await connection.runAndReadAll(`
      SELECT epoch_us(min(start_time))::DOUBLE, epoch_us(max(end_time))::DOUBLE
      FROM read_parquet(${quoteList([state.disk.absolute(path)])}, hive_partitioning = false)`);
    const [minUs, endUs] = (result.getRowsJS()[0] ?? []).map(Number);
    const hour = Number(/-h(\d{2})\.parquet$/.exec(path)?.[1]);
    if (minUs === undefined || endUs === undefined) continue;
    files.push({ path, rows, bytes, date: dateOfPath(path), hour, minUs, maxUs: endUs - 1 });
  }
  return files;
}

/** Hours whose windows do not count as many final attempts as raw holds. */
async function staleHours(
  state: LakeState,
  connection: DuckDBConnection,
): Promise<{ fromUs: number; toUs: number }[]> {
  const list = (files: readonly { path: string }[]): string =>
    `read_parquet(${quoteList(files.map((file) => state.disk.absolute(file.path)))}, hive_partitioning = false)`;
  if (state.raw.all.length === 0) return [];
  const windows =
    state.metrics.all.length === 0
      ? 'SELECT NULL::TIMESTAMP AS hour, 0 AS counted WHERE false'
      : `SELECT date_trunc('hour', start_time) AS hour, sum(total_pings + unknown_count) AS counted
         FROM ${list(state.metrics.all)} GROUP BY 1`;
  const result = await connection.runAndReadAll(`
    WITH probes AS (
      SELECT date_trunc('hour', "timestamp") AS hour,
             count(*) FILTER (is_final_attempt AND outcome <> 'missed') AS probed
      FROM ${list(state.raw.all)} GROUP BY 1
    ), windows AS (${windows})
    SELECT epoch_us(hour)::DOUBLE FROM probes LEFT JOIN windows USING (hour)
    WHERE counted IS DISTINCT FROM probed ORDER BY 1`);
  return result.getRowsJS().map(([hour]) => ({ fromUs: Number(hour), toUs: Number(hour) + HOUR_US }));
}

function dateOfPath(path: string): string {
  return /date=(\d{4}-\d{2}-\d{2})\//.exec(path)?.[1] ?? '';
}
