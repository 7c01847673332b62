import { readFile } from 'node:fs/promises';
import { AppError } from '../../../shared/contract/app-error';
import type { Random } from '../../platform/random';
import { decodeCheckpoint } from '../checkpoint';
import { createDiskStep, type Failpoint, hasCode } from '../disk-step';
import { type EpochOwner, takeOver } from '../epoch';
import type { LakeDisk } from '../lake-disk';
import { partitionText } from '../lake-file';
import { scanTable, TABLES } from '../scan-folders';
import {
  decodeRepartition,
  REPARTITION_INTENT,
  type RepartitionIntent,
  type RepartitionStep,
} from './repartition-intent';

export interface FinishParts {
  /** Whose epochs stand in the folder of the repartition. */
  disk: LakeDisk;
  random: Random;
  owner: EpochOwner;
  failpoint: Failpoint;
  onProgress?: (done: number, steps: number) => void;
}

/** Others that open a partition at this moment see the intent next and give up. */
const FENCE_ATTEMPTS = 20;

export async function readIntent(disk: LakeDisk): Promise<RepartitionIntent | null> {
  const text = await readFile(disk.absolute(REPARTITION_INTENT), 'utf8').catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  });
  return text === null ? null : decodeRepartition(text);
}

/**
 * Does what a durable intent says, whatever of it was done before.
 *
 * From the durable intent on, whoever opens a partition looks for it after its takeover and gives up; all who took over before
 * are fenced here. So after that no other process changes the old partitions, and what their checkpoints say is what the
 * new lake was made from; if somebody was quicker, nothing is touched and the intent is taken back.
 * @returns whether the lake is the new one
 */
export async function finishRepartition(intent: RepartitionIntent, parts: FinishParts): Promise<boolean> {
  const { disk } = parts;
  for (let partition = 0; partition < intent.from; partition += 1) await fence(partition, parts);
  if (!(await isAsItWas(intent, disk))) {
    await disk.remove(REPARTITION_INTENT);
    return false;
  }
  const steps = intent.phases.reduce((sum, phase) => sum + phase.length, 0);
  let done = 0;
  for (const phase of intent.phases) {
    for (const step of phase) {
      await take(step, disk);
      done += 1;
      parts.onProgress?.(done, steps);
    }
    await disk.syncFolders();
  }
  // What a former owner put there and no checkpoint ever knew: nobody else would look for it.
  for (let partition = intent.to; partition < intent.from; partition += 1) {
    for (const table of TABLES) {
      for (const path of await scanTable(disk.directory, table, partition)) await disk.remove(path);
    }
  }
  await disk.remove(REPARTITION_INTENT);
  return true;
}

async function take(step: RepartitionStep, disk: LakeDisk): Promise<void> {
  if (step.kind === 'remove') return disk.remove(step.path);
  const from = disk.inEpoch(step.name);
  if (await disk.exists(from)) return disk.rename(from, step.to);
}

async function fence(partition: number, parts: FinishParts): Promise<void> {
  const { disk, random, owner, failpoint } = parts;
  const { directory } = disk;
  const checkpoints = `checkpoints/${partitionText(partition)}`;
  const step = createDiskStep(directory, failpoint);
  for (let attempt = 1; ; attempt += 1) {
    try {
      await takeOver({ directory, checkpoints, random, step }, 0, owner);
      return;
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'fenced' || attempt === FENCE_ATTEMPTS) throw error;
      await new Promise((resume) => setTimeout(resume, 10 * attempt));
    }
  }
}

async function isAsItWas(intent: RepartitionIntent, disk: LakeDisk): Promise<boolean> {
  for (const [partition, serial] of intent.serials.entries()) {
    const path = disk.absolute(`checkpoints/${partitionText(partition)}/checkpoint.json`);
    const text = await readFile(path, 'utf8').catch(() => null);
    // That of a partition that goes away was removed already.
    if (text === null && partition >= intent.to) continue;
    const reading = text === null ? null : decodeCheckpoint(text);
    if (reading?.kind !== 'read') return false;
    if (reading.checkpoint.serial !== serial && reading.checkpoint.serial !== intent.serial) return false;
  }
  return true;
}
