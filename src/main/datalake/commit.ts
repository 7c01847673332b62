import { archiveFiles, splitFiles } from './archive';
import { encodeCheckpoint, type WrittenArchive } from './checkpoint';
import type { Progress } from './lake';
import type { LakeState } from './lake-state';

export function checkpointPath(state: LakeState): string {
  return `${state.disk.checkpoints}/checkpoint.json`;
}

/** The checkpoint before the last one, for when the last one cannot be read. */
export function previousPath(state: LakeState): string {
  return `${state.disk.checkpoints}/checkpoint.prev.json`;
}

/** Makes progress and the list of live files durable in one rename; what they replaced is no longer needed then. */
export async function commit(state: LakeState, progress: Progress | null): Promise<void> {
  const { disk } = state;
  // Renames come before the checkpoint that counts on them.
  await disk.syncFolders();
  const serial = state.serial + 1;
  const { hot, cold } = splitFiles(state);
  const archive = await archiveFiles(state, cold, serial);
  const text = encodeCheckpoint({
    serial,
    partition: disk.partition,
    epoch: disk.epochNumber,
    progress,
    dirty: state.dirty,
    raw: hot.raw,
    metrics: hot.metrics,
    archive: archive?.name ?? null,
  });
  if (await disk.exists(checkpointPath(state))) await disk.keep(checkpointPath(state), previousPath(state));
  await disk.replaceText(checkpointPath(state), text);
  state.serial = serial;
  state.progress = progress;
  state.uncommitted = false;
  await dropArchives(state, archive);
  const kept = [...state.undo.values()];
  state.undo.clear();
  await disk.tryRemove(kept);
}

/** Removes archives that neither this checkpoint nor the one before it names. */
async function dropArchives(state: LakeState, archive: WrittenArchive | null): Promise<void> {
  const before = state.archivesInUse;
  const named = [state.archive?.name, archive?.name].filter((name) => name !== undefined);
  state.archive = archive;
  state.archivesInUse = [...new Set(named)];
  const unused = before.filter((name) => !named.includes(name));
  await state.disk.tryRemove(unused.map((name) => `${state.disk.checkpoints}/${name}`));
}
