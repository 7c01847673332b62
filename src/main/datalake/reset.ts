import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { listArchives } from './archive';
import type { CheckpointReading } from './checkpoint';
import { checkpointPath, commit } from './commit';
import { removeEmptyFolders } from './foreign-files';
import { forget, type LakeState, mustBeOpen } from './lake-state';
import { intentPath } from './merge-swap';
import { highestQuarantineSerial } from './quarantine-files';
import { scanTable, TABLES } from './scan-folders';

const VIEW_PATIENCE_MS = 2_000;

/**
 * What a partition has to know that was taken over only to be emptied: nothing in it is read or mended first, which could
 * take more room than a full disk has.
 */
export async function prepareReset(state: LakeState, reading: CheckpointReading | null): Promise<void> {
  forget(state);
  // It would take the place of the previous one, from which a start goes on if this reset is broken off.
  if (reading?.kind === 'broken') await state.disk.remove(checkpointPath(state));
  const known = reading?.kind === 'read' ? reading.checkpoint.serial : 0;
  state.serial = Math.max(state.serial, known, await highestQuarantineSerial(state));
}

/**
 * Empties both tables and the checkpoint. Only files of ours go; rows that wait in memory go too.
 * @returns false when views are held too long: nothing was done then
 */
export async function resetLake(state: LakeState): Promise<boolean> {
  const { disk } = state;
  return state.gate.exclusive(VIEW_PATIENCE_MS, async () => {
    await mustBeOpen(state).tails.clear();
    forget(state);
    state.archivesInUse = await listArchives(state);
    // First the checkpoint, in one step: before it all stands as it was, the result of a merge under way with it, and
    // what an empty one does not know is removed by the next start if this one ends here.
    await commit(state, null);
    await disk.remove(intentPath(state));
    await disk.clearEpoch();
    for (const table of TABLES) {
      for (const path of await scanTable(state.directory, table, disk.partition)) await disk.remove(path);
      await removeEmptyFolders(join(state.directory, table));
    }
    const kept = `${disk.checkpoints}/undo`;
    const names = await readdir(disk.absolute(kept)).catch(() => []);
    for (const name of names) await disk.remove(`${kept}/${name}`);
  });
}
