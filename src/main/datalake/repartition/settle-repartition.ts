import { rm, rmdir } from 'node:fs/promises';
import { AppError } from '../../../shared/contract/app-error';
import type { Random } from '../../platform/random';
import type { Failpoint } from '../disk-step';
import type { EpochOwner } from '../epoch';
import { LakeDisk } from '../lake-disk';
import { finishRepartition, readIntent } from './finish-repartition';
import { REPARTITION_FOLDER } from './repartition-intent';

/** So often one that is fenced looks again, each time after a longer while: another process does the same work. */
const ATTEMPTS = 20;
const WAIT_MS = 250;
const LOOK_MS = 25;

export interface SettleParts {
  directory: string;
  random: Random;
  owner: () => EpochOwner;
  failpoint: Failpoint;
}

/** How a lake's partitions change is written: by one process at a time, whose epochs stand in a folder of their own. */
export function repartitionDisk({ directory, random, failpoint }: SettleParts): LakeDisk {
  return new LakeDisk(directory, 0, random, failpoint, REPARTITION_FOLDER);
}

/**
 * Finishes a change of the number of partitions whose intent is durable, and removes what one without an intent left.
 * Whoever still works on it is fenced: its next step fails.
 * @returns the numbers of a change that was finished
 */
export async function settleRepartition(parts: SettleParts): Promise<{ from: number; to: number } | null> {
  const disk = repartitionDisk(parts);
  for (let attempt = 1; ; attempt += 1) {
    if (!(await disk.exists(REPARTITION_FOLDER))) return null;
    try {
      const owner = parts.owner();
      await disk.takeOver(0, owner);
      const intent = await readIntent(disk);
      const isNew = intent !== null && (await finishRepartition(intent, { ...parts, owner, disk }));
      await removeFolder(disk);
      return isNew ? { from: intent.from, to: intent.to } : null;
    } catch (error) {
      if (!(await disk.exists(REPARTITION_FOLDER))) continue;
      if (!(error instanceof AppError) || error.code !== 'fenced' || attempt === ATTEMPTS) throw error;
      const patience = (attempt * WAIT_MS) / LOOK_MS;
      for (let look = 0; look < patience && (await disk.exists(REPARTITION_FOLDER)); look += 1) {
        await new Promise((resume) => setTimeout(resume, LOOK_MS));
      }
    }
  }
}

/** Only to be called without an intent: then nobody needs what is in it. */
export async function removeFolder(disk: LakeDisk): Promise<void> {
  await rm(disk.absolute(disk.inEpoch('.')), { recursive: true, force: true });
  // Another process may be looking into it.
  await rmdir(disk.absolute(REPARTITION_FOLDER)).catch(() => undefined);
}
