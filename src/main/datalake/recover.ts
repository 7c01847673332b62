import { readdir, readFile } from 'node:fs/promises';
import { AppError } from '../../shared/contract/app-error';
import { readArchive } from './archive';
import { checkFiles } from './check-files';
import { type Archive, type Checkpoint, type CheckpointReading, decodeCheckpoint } from './checkpoint';
import { checkpointPath, commit, previousPath } from './commit';
import { emptyFiles } from './emptied-files';
import { inspectFile } from './inspect-file';
import type { LakeNotice, LakeOpening } from './lake';
import { metricsPath } from './lake-file';
import { type LakeState, mustBeOpen } from './lake-state';
import { decodeIntent } from './merge-intent';
import { intentPath, placeResult } from './merge-swap';
import { rebuild } from './rebuild';
import { scanTable, TABLES } from './scan-folders';

/** Reads the checkpoint before anything is touched: a lake of a newer version stays as it is. */
export async function readCheckpoint(state: LakeState): Promise<CheckpointReading | null> {
  const path = state.disk.absolute(checkpointPath(state));
  const text = await readText(path);
  const reading = text === null ? null : decodeCheckpoint(text);
  if (reading?.kind === 'too_new') {
    throw new AppError(
      'too_new',
      `The lake in ${state.directory} was written by a newer UpTimer (checkpoint version ${reading.version}). ` +
        'Update UpTimer, or choose another folder with --lake. Nothing was changed.',
    );
  }
  return reading;
}

/**
 * Brings the folders and the list of live files to one committed state, whatever a crash left. Every step can be
 * repeated, so that a crash in here is one more start.
 */
export async function recover(state: LakeState, reading: CheckpointReading | null): Promise<LakeOpening> {
  const found: LakeOpening = { progress: null, lastSeq: {}, held: {}, dirty: [], notices: [] };
  forget(state);
  await finishMerge(state, found.notices);
  const isNew = reading === null && !(await hasFiles(state));
  const archive = reading?.kind === 'read' ? await archiveOf(state, reading.checkpoint.archive) : null;
  if (isNew) state.emptied.clear();
  if (reading?.kind === 'read' && archive !== null) await restore(state, reading.checkpoint, archive, found);
  else if (!isNew) await restoreWithout(state, reading, found);
  state.newestWindowUs = state.metrics.span()?.maxUs ?? 0;
  await removeOrphans(state, found.notices);
  state.dirty = found.dirty;
  // Only now: it removes the intent's last trace, and a merge that was finished must stand in the checkpoint before.
  await commit(state, state.progress);
  await state.disk.remove(intentPath(state));
  state.unfinished = null;
  await noticeForeign(state, found.notices);
  return { ...found, progress: state.progress };
}

/** What stands on the disk is all that counts: a lake that was open before may have been changed, or taken away, since. */
function forget(state: LakeState): void {
  state.raw.reset([]);
  state.metrics.reset([]);
  state.undo.clear();
  state.unfinished = null;
  state.held = {};
  state.dirty = [];
  state.archive = null;
  state.archivesInUse = [];
  state.progress = null;
}

async function restore(
  state: LakeState,
  checkpoint: Checkpoint,
  archive: Archive,
  found: LakeOpening,
): Promise<void> {
  state.raw.reset([...archive.raw, ...checkpoint.raw]);
  state.metrics.reset([...archive.metrics, ...checkpoint.metrics]);
  state.serial = checkpoint.serial;
  state.progress = checkpoint.progress;
  state.held = checkpoint.held;
  found.held = checkpoint.held;
  found.dirty.push(...checkpoint.dirty);
  found.lastSeq = { ...checkpoint.progress?.lastSeq };
  const merge = state.unfinished;
  if (merge !== null) state.raw.change([...merge.inputs, merge.temporary], [merge.result]);
  await undoMetrics(state);
  await emptyUnknown(state, found.notices);
  await checkFiles(state, found);
}

/** The old files that the checkpoint leaves to an archive; null when that cannot be read. */
async function archiveOf(state: LakeState, name: string | null): Promise<Archive | null> {
  if (name === null) return { raw: [], metrics: [] };
  state.archive = await readArchive(state, name);
  state.archivesInUse = [name];
  return state.archive;
}

async function restoreWithout(
  state: LakeState,
  reading: CheckpointReading | null,
  found: LakeOpening,
): Promise<void> {
  const { disk } = state;
  let what = `${disk.absolute(checkpointPath(state))} is gone`;
  if (reading?.kind === 'broken') {
    const aside = `${disk.checkpoints}/checkpoint.broken-${state.clock.nowUs()}.json`;
    await disk.rename(checkpointPath(state), aside);
    what = `The checkpoint could not be read (${reading.reason}) and was moved to ${disk.absolute(aside)}`;
  } else if (reading?.kind === 'read') {
    what = `${disk.absolute(`${disk.checkpoints}/${reading.checkpoint.archive}`)}, which the checkpoint needs, is gone or broken`;
  }
  await rebuild(state, reading?.kind === 'read' ? reading.checkpoint : null, found);
  found.notices.push({
    code: 'checkpoint_rebuilt',
    message: `${what}; the lake was read from its ${state.raw.all.length + state.metrics.all.length} files instead.`,
    path: checkpointPath(state),
  });
}

async function finishMerge(state: LakeState, notices: LakeNotice[]): Promise<void> {
  const text = await readText(state.disk.absolute(intentPath(state)));
  const intent = text === null ? null : decodeIntent(text);
  if (intent === null) return;
  state.unfinished = intent;
  await emptyFiles(state, intent.inputs);
  await placeResult(state, intent);
  notices.push({
    code: 'merge_finished',
    message: `A merge of ${intent.inputs.length} files that was broken off was finished.`,
    path: intent.result.path,
  });
}

/**
 * Puts metrics files back to what they were at the checkpoint. Windows written after it are written again by the replay,
 * but not always the same ones: a change of the window length that was not committed, or a watermark that the clock
 * had moved, would leave rows that nothing replaces.
 */
async function undoMetrics(state: LakeState): Promise<void> {
  const folder = `${state.disk.checkpoints}/undo`;
  for (const name of await readdir(state.disk.absolute(folder)).catch(() => [])) {
    const [, serial, date, hour] = /^(\d+)-(\d{4}-\d{2}-\d{2})-h(\d+)\.parquet$/.exec(name) ?? [];
    if (date !== undefined && Number(serial) === state.serial) {
      await state.disk.rename(`${folder}/${name}`, metricsPath(state.disk.partition, date, Number(hour)));
    }
    // A rename between two names of one file changes nothing, so the kept name may still be there.
    await state.disk.remove(`${folder}/${name}`);
  }
  await state.disk.syncFolders();
}

/**
 * Takes away files of ours that the checkpoint does not know: written after it, their rows are replayed from the log.
 * Like inputs of a merge they are emptied and go later, for readers that have listed them.
 */
async function emptyUnknown(state: LakeState, notices: LakeNotice[]): Promise<void> {
  const live = new Set([...state.raw.all, ...state.metrics.all].map((file) => file.path));
  for (const table of TABLES) {
    const { ours } = await scanTable(state.directory, table, state.disk.partition);
    for (const path of ours) {
      if (live.has(path)) continue;
      if (state.emptied.has(path)) continue;
      const condition = await inspectFile(mustBeOpen(state).connection, state.disk.absolute(path));
      await emptyFiles(state, [path]);
      // Inputs of merges before this start are expected to stand there, without rows.
      if (condition.kind === 'whole' && condition.rows === 0) continue;
      notices.push({
        code: 'orphan_removed',
        message: `${path} was written after the last checkpoint; its rows are read from the log again.`,
        path,
      });
    }
  }
}

async function removeOrphans(state: LakeState, notices: LakeNotice[]): Promise<void> {
  const folder = 'checkpoints/tmp';
  const mine = state.disk
    .temporary()
    .slice(folder.length + 1)
    .split('-')[0];
  let removed = 0;
  for (const name of await readdir(state.disk.absolute(folder)).catch(() => [])) {
    if (!name.startsWith(`${mine}-`) || !name.endsWith('.parquet')) continue;
    await state.disk.remove(`${folder}/${name}`);
    if (!name.includes('-view-')) removed += 1;
  }
  if (removed > 0) {
    notices.push({ code: 'orphan_removed', message: `Removed ${removed} unfinished files from ${folder}.` });
  }
}

async function noticeForeign(state: LakeState, notices: LakeNotice[]): Promise<void> {
  let count = 0;
  for (const table of TABLES) {
    count += (await scanTable(state.directory, table, state.disk.partition)).foreign.length;
  }
  state.foreignFiles = count;
  if (count === 0) return;
  notices.push({
    code: 'foreign_files',
    message: `${count} files in ${state.directory} are not UpTimer's. They are not read; they can be moved to legacy/.`,
  });
}

async function hasFiles(state: LakeState): Promise<boolean> {
  if (await state.disk.exists(previousPath(state))) return true;
  for (const table of TABLES) {
    if ((await scanTable(state.directory, table, state.disk.partition)).ours.length > 0) return true;
  }
  return false;
}

async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
