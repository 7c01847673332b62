import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../shared/contract/app-error';
import { listArchives } from './archive';
import type { CheckpointReading } from './checkpoint';
import { commit } from './commit';
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
  const known = reading?.kind === 'read' ? reading.checkpoint.serial : 0;
  state.serial = Math.max(state.serial, known, await highestQuarantineSerial(state));
}

/** Empties both tables and the checkpoint. Only files of ours go; rows that wait in memory go too. */
export async function resetLake(state: LakeState): Promise<void> {
  const { disk } = state;
  const done = await state.gate.exclusive(VIEW_PATIENCE_MS, async () => {
    await mustBeOpen(state).tails.clear();
    forget(state);
    state.archivesInUse = await listArchives(state);
    // First the checkpoint: files that it does not know are removed by the next start if this one ends here.
    await disk.remove(intentPath(state));
    await disk.clearEpoch();
    await commit(state, null);
    for (const table of TABLES) {
      for (const path of await scanTable(state.directory, table, disk.partition)) await disk.remove(path);
      await removeEmptyFolders(join(state.directory, table));
    }
    const kept = `${disk.checkpoints}/undo`;
    const names = await readdir(disk.absolute(kept)).catch(() => []);
    for (const name of names) await disk.remove(`${kept}/${name}`);
  });
  if (!done) {
    throw new AppError('conflict', 'The lake is being read, by an export perhaps. Cancel it and try again.', {
      retry: 'backoff',
    });
  }
}
