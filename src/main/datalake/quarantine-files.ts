import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { dateOfFolder, partitionText } from './lake-file';
import type { LakeState } from './lake-state';
import type { Waiting } from './quarantine';
import { dateOf } from './sql-text';

const ROOT = 'quarantine';
const NAME = /^uptimer-p(\d{2,4})-\d+-\d+-(\d+)\.jsonl$/;

/**
 * Makes what waited at the time of `cut` durable in one file. Its name ends with the serial of the checkpoint that will count
 * on it, so that a start that finds an older checkpoint knows that these records are read again.
 */
export async function flushQuarantine(state: LakeState, cut: readonly Waiting[]): Promise<void> {
  if (cut.length === 0) return;
  const { disk } = state;
  const offsets = cut.map(({ offset }) => offset).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const folder = `${ROOT}/date=${dateOf(state.clock.nowUs())}`;
  const name = `uptimer-${partitionText(disk.partition)}-${offsets[0]}-${offsets.at(-1)}-${state.serial + 1}.jsonl`;
  const temporary = disk.temporary('jsonl');
  try {
    await disk.write(temporary, async () => {
      const handle = await open(disk.absolute(temporary), 'wx');
      try {
        await handle.writeFile(`${cut.map(({ line }) => line).join('\n')}\n`);
      } finally {
        await handle.close();
      }
    });
    await disk.rename(temporary, `${folder}/${name}`);
  } catch (error) {
    await disk.discard([temporary]);
    throw error;
  }
  state.uncommitted = true;
  state.quarantine.written(cut);
}

/**
 * Removes files that were written after a checkpoint: their records are read from the log again.
 * @param serial of the checkpoint whose progress is gone on from
 */
export async function removeQuarantineAfter(state: LakeState, serial: number): Promise<void> {
  for (const file of await filesOf(state)) if (file.serial > serial) await state.disk.remove(file.path);
}

/** The highest serial in the names of this partition's files, 0 without any: one that was lost is not given again. */
export async function highestQuarantineSerial(state: LakeState): Promise<number> {
  return (await filesOf(state)).reduce((highest, { serial }) => Math.max(highest, serial), 0);
}

async function filesOf(state: LakeState): Promise<{ path: string; serial: number }[]> {
  const found: { path: string; serial: number }[] = [];
  for (const folder of await readdir(join(state.directory, ROOT)).catch(() => [])) {
    if (dateOfFolder(folder) === null) continue;
    for (const name of await readdir(join(state.directory, ROOT, folder)).catch(() => [])) {
      const [, partition, serial] = NAME.exec(name) ?? [];
      if (Number(partition) !== state.disk.partition) continue;
      found.push({ path: `${ROOT}/${folder}/${name}`, serial: Number(serial) });
    }
  }
  return found;
}
