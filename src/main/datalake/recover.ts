import { readdir, readFile, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { readArchive, removeUnusedArchives } from './archive';
import { checkFiles } from './check-files';
import { type Archive, type Checkpoint, type CheckpointReading, decodeCheckpoint } from './checkpoint';
import { checkpointPath, commit, previousPath } from './commit';
import { emptyFiles } from './emptied-files';
import { inspectFile } from './inspect-file';
import type { LakeNotice, LakeOpening } from './lake';
import { tooNew } from './lake-description';
import { metricsPath, partitionText } from './lake-file';
import { forget, highestSeqs, type LakeState, mustBeOpen } from './lake-state';
import { decodeIntent, type MergeIntent } from './merge-intent';
import { intentPath, placeResult } from './merge-swap';
import { removeQuarantineAfter } from './quarantine-files';
import { rebuild } from './rebuild';
import { scanTable, TABLES } from './scan-folders';

/** Reads the checkpoint; null when there is none. @throws AppError `too_new` */
export async function readCheckpoint(state: LakeState): Promise<CheckpointReading | null> {
  const text = await readText(state.disk.absolute(checkpointPath(state)));
  const reading = text === null ? null : decodeCheckpoint(text);
  if (reading?.kind === 'too_new') throw tooNew(state.directory, `checkpoint version ${reading.version}`);
  return reading;
}

/**
 * Brings the folders and the list of live files to one committed state, whatever a crash or a former owner left. Every step
 * can be repeated, so that a crash in here is one more start.
 */
export async function recover(state: LakeState, reading: CheckpointReading | null): Promise<LakeOpening> {
  const found: LakeOpening = { progress: null, lastSeq: {}, dirty: [], notices: [] };
  forget(state);
  const archive = reading?.kind === 'read' ? await archiveOf(state, reading.checkpoint.archive) : null;
  await finishMerge(state, livePaths(reading, archive), found.notices);
  const isNew = reading === null && !(await hasFiles(state));
  if (reading?.kind === 'read' && archive !== null) await restore(state, reading.checkpoint, archive, found);
  else if (!isNew) await restoreWithout(state, reading, found);
  state.newestWindowUs = state.metrics.span()?.maxUs ?? 0;
  state.dirty = found.dirty;
  // Only now: it removes the intent's last trace, and a merge that was finished must stand in the checkpoint before.
  await commit(state, state.progress);
  await state.disk.remove(intentPath(state));
  state.unfinished = null;
  await removeOrphans(state, found.notices);
  return { ...found, progress: state.progress, lastSeq: highestSeqs(state) };
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
  found.dirty.push(...checkpoint.dirty);
  const merge = state.unfinished;
  if (merge !== null) {
    // A checkpoint that was written meanwhile names the result where it waited: maybe in a former owner's epoch.
    const waiting = state.raw.all.map(({ path }) => path).filter(isNamedLike(merge.temporary));
    state.raw.change([...merge.inputs, ...waiting], [merge.result]);
  }
  await undoMetrics(state);
  await emptyUnknown(state, found.notices);
  await checkFiles(state, found);
  await removeUnusedArchives(state);
  await removeQuarantineAfter(state, checkpoint.serial);
}

/** The old files that the checkpoint leaves to an archive; null when that cannot be read. */
async function archiveOf(state: LakeState, name: string | null): Promise<Archive | null> {
  if (name === null) return { raw: [], metrics: [] };
  state.archive = await readArchive(state.disk.absolute(state.disk.checkpoints), name);
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
    await disk.keep(checkpointPath(state), aside);
    await disk.remove(checkpointPath(state));
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

/** What the checkpoint counts on; null when it does not say. */
function livePaths(reading: CheckpointReading | null, archive: Archive | null): ReadonlySet<string> | null {
  if (reading?.kind !== 'read' || archive === null) return null;
  return new Set([...archive.raw, ...reading.checkpoint.raw].map(({ path }) => path));
}

/** @param live the files that the checkpoint counts on, null when nobody knows */
async function finishMerge(
  state: LakeState,
  live: ReadonlySet<string> | null,
  notices: LakeNotice[],
): Promise<void> {
  const text = await readText(state.disk.absolute(intentPath(state)));
  const durable = text === null ? null : decodeIntent(text);
  if (durable === null) return;
  // A reset came after it: neither what it read nor what it wrote counts any more.
  const paths = [...durable.inputs, durable.temporary, durable.result.path];
  if (live !== null && !paths.some((path) => live.has(path))) return;
  const intent = { ...durable, temporary: await adoptResult(state, durable) };
  // Somebody took the result away: what the inputs still hold is all there is.
  if (!(await hasResult(state, intent))) return;
  state.unfinished = intent;
  await emptyFiles(state, intent.inputs);
  await placeResult(state, intent);
  notices.push({
    code: 'merge_finished',
    message: `A merge of ${intent.inputs.length} files that was broken off was finished.`,
    path: intent.result.path,
  });
}

/** The result waits in the epoch of who wrote it, and came into ours with the takeover; before epochs it lay elsewhere. */
async function adoptResult(state: LakeState, { temporary }: MergeIntent): Promise<string> {
  const { disk } = state;
  const own = disk.inEpoch(basename(temporary));
  if (!(await disk.exists(own)) && (await disk.exists(temporary))) await disk.keep(temporary, own);
  return own;
}

function isNamedLike(file: string): (path: string) => boolean {
  return (path) => basename(path) === basename(file);
}

async function hasResult({ disk }: LakeState, { result, temporary }: MergeIntent): Promise<boolean> {
  return (await disk.exists(temporary)) || (await disk.exists(result.path));
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
      await state.disk.keep(`${folder}/${name}`, metricsPath(state.disk.partition, date, Number(hour)));
    }
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
    for (const path of await scanTable(state.directory, table, state.disk.partition)) {
      if (live.has(path)) continue;
      if (state.emptied.has(path)) continue;
      const condition = await inspectFile(mustBeOpen(state).connection, state.disk.absolute(path));
      await emptyFiles(state, [path]);
      // Inputs of merges before this start are expected to stand there, without rows.
      if (condition.kind === 'whole' && condition.rows === 0) continue;
      notices.push({
        code: 'orphan_removed',
        message: `${path} is not in the last checkpoint: it was written after it, or a reset was taking it away. What the log still holds of it is read again.`,
        path,
      });
    }
  }
}

/** What stands in the own epoch now came from former ones, and nobody needs it. */
async function removeOrphans(state: LakeState, notices: LakeNotice[]): Promise<void> {
  const removed = (await state.disk.clearEpoch()) + (await removeFirstOrphans(state));
  if (removed === 0) return;
  const message = `Removed ${removed} unfinished files from ${state.disk.checkpoints}.`;
  notices.push({ code: 'orphan_removed', message });
}

/** Before epochs, all temporary files stood in one folder, under the name of their partition. */
async function removeFirstOrphans({ disk }: LakeState): Promise<number> {
  const folder = 'checkpoints/tmp';
  const mine = `${partitionText(disk.partition)}-`;
  const names = await readdir(disk.absolute(folder)).catch(() => []);
  const left = names.filter((name) => name.startsWith(mine) && name.endsWith('.parquet'));
  await disk.discard(left.map((name) => `${folder}/${name}`));
  await rm(disk.absolute(`${folder}/${mine}spill`), { recursive: true, force: true }).catch(() => undefined);
  return left.filter((name) => !name.includes('-view-')).length;
}

async function hasFiles(state: LakeState): Promise<boolean> {
  if (await state.disk.exists(previousPath(state))) return true;
  for (const table of TABLES) {
    if ((await scanTable(state.directory, table, state.disk.partition)).length > 0) return true;
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
