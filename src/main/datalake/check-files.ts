import { basename } from 'node:path';
import { inspectFile, sizeOf } from './inspect-file';
import type { LakeOpening } from './lake';
import type { LakeFile, MetricsFile, RawFile } from './lake-file';
import { type LakeState, mustBeOpen } from './lake-state';
import { copyTo, ROW_GROUP_ROWS } from './parquet-writer';
import { rawSchema } from './raw-schema';
import { selectFirstRows } from './read-parquet';
import { endsLikeParquet } from './scan-folders';
import { HOUR_US, startOfDate } from './sql-text';

const FILES_AT_ONCE = 64;

type Findings = Pick<LakeOpening, 'notices' | 'dirty'>;

/**
 * Compares the live files with what the checkpoint says of them and mends what differs:
 * - a tail that holds more rows was flushed after the checkpoint; those rows are replayed from the log, so the file is
 *   cut back to the rows that the checkpoint counts
 * - a file that is gone or broken is given up: what it held is named, and its windows are recomputed where raw has them
 */
export async function checkFiles(state: LakeState, found: Findings): Promise<void> {
  for (const file of await suspicious(state, state.raw.all)) await checkRaw(state, file, found);
  for (const file of await suspicious(state, state.metrics.all)) await checkMetrics(state, file, found);
}

/** The files that do not look as the checkpoint says; years of them are looked at within a second. */
async function suspicious<F extends LakeFile>(state: LakeState, files: readonly F[]): Promise<F[]> {
  const found: F[] = [];
  for (let from = 0; from < files.length; from += FILES_AT_ONCE) {
    const some = files.slice(from, from + FILES_AT_ONCE);
    const whole = await Promise.all(some.map((file) => looksWhole(state, file)));
    found.push(...some.filter((_, index) => whole[index] !== true));
  }
  return found;
}

/** The size that the checkpoint knows and a whole end; the content of a file that passes is not read at start-up. */
async function looksWhole(state: LakeState, file: LakeFile): Promise<boolean> {
  const path = state.disk.absolute(file.path);
  return (await sizeOf(path)) === file.bytes && (await endsLikeParquet(path));
}

async function checkRaw(state: LakeState, file: RawFile, found: Findings): Promise<void> {
  const condition = await inspectFile(mustBeOpen(state).connection, state.disk.absolute(file.path));
  if (condition.kind === 'whole' && condition.rows === file.rows) {
    state.raw.change([], [{ ...file, bytes: condition.bytes }]);
    return;
  }
  if (condition.kind === 'whole' && condition.rows > file.rows && file.kind === 'tail') {
    const bytes = await cutBack(state, file);
    state.raw.change([], [{ ...file, bytes }]);
    found.notices.push({
      code: 'cut_back',
      message: `${condition.rows - file.rows} rows of ${file.path} were written after the last checkpoint; they are read from the log again.`,
      path: file.path,
    });
    return;
  }
  state.raw.change([file.path], []);
  const what = await setAside(state, file, condition.kind !== 'missing');
  found.notices.push({
    code: 'file_set_aside',
    message: `${what} ${file.rows} raw rows are lost (${describeSeqs(file)}); their windows stay in lake2_metrics.`,
    path: file.path,
  });
}

async function checkMetrics(state: LakeState, file: MetricsFile, found: Findings): Promise<void> {
  const condition = await inspectFile(mustBeOpen(state).connection, state.disk.absolute(file.path));
  if (condition.kind === 'whole') {
    // Whole, and not the version that the checkpoint knows: the windows in it are written again by key.
    state.metrics.change([], [{ ...file, rows: condition.rows, bytes: condition.bytes }]);
    return;
  }
  state.metrics.change([file.path], []);
  const what = await setAside(state, file, condition.kind === 'broken');
  const fromUs = startOfDate(file.date) + file.hour * HOUR_US;
  found.dirty.push({ fromUs, toUs: fromUs + HOUR_US });
  found.notices.push({
    code: 'file_set_aside',
    message: `${what} Its ${file.rows} windows are computed again from lake1_raw.`,
    path: file.path,
  });
}

/** Rewrites a tail with no more than the rows that the checkpoint counts: they are its first ones. */
async function cutBack(state: LakeState, file: RawFile): Promise<number> {
  const { disk } = state;
  const temporary = disk.temporary();
  const select = selectFirstRows(disk.absolute(file.path), rawSchema, file.rows);
  const bytes = await disk.write(temporary, () =>
    mustBeOpen(state).connection.run(copyTo(select, disk.absolute(temporary), ROW_GROUP_ROWS.tail)),
  );
  await disk.rename(temporary, file.path);
  await disk.syncFolders();
  return bytes;
}

/** Moves a broken file out of the table's folder, where it would break every reader. */
export async function setAside(state: LakeState, file: { path: string }, exists: boolean): Promise<string> {
  if (!exists) return `${state.disk.absolute(file.path)} is gone.`;
  const to = `checkpoints/broken/${state.disk.newId()}-${basename(file.path)}`;
  await state.disk.keep(file.path, to);
  await state.disk.remove(file.path);
  return `${state.disk.absolute(file.path)} is broken and was moved to ${state.disk.absolute(to)}.`;
}

function describeSeqs(file: RawFile): string {
  return Object.entries(file.seqs)
    .map(([probe, [from, to]]) => `${probe}: seq ${from} to ${to}`)
    .join(', ');
}
