import { mkdir, open, readdir, rename, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../shared/contract/app-error';
import { syncDirectory } from '../platform/atomic-file';
import type { Random } from '../platform/random';
import { type DiskStep, hasCode } from './disk-step';

/** Who made an epoch directory: for people who look into it. */
export interface EpochOwner {
  host: string;
  pid: number;
  /** ISO 8601, UTC. */
  since: string;
  /** The name of the process's folder in `checkpoints/tmp`. */
  instance: string;
}

/** What a takeover works with. Paths are relative to the lake folder. */
export interface EpochParts {
  directory: string;
  /** `checkpoints/pNN`. */
  checkpoints: string;
  random: Random;
  step: DiskStep;
}

interface Epoch {
  name: string;
  number: number;
}

export const OWNER_FILE = 'owner.json';
const EPOCH_NAME = /^epoch-(\d+)-[0-9a-f]{8}$/;
const FENCED_NAME = /^fenced-(\d+)-[0-9a-f]{8}$/;
/** How often the directory of a former owner that something still comes into is emptied. */
const ATTEMPTS = 40;
const ATTEMPT_MS = 50;

/**
 * Takes a partition over; see docs/decisions/0010. Afterwards no change of a former owner can reach the lake, and what lay
 * in former epochs lies in the new one: the result of a merge may be among it.
 * @param above the highest epoch that is known from elsewhere: numbers are never used twice
 * @throws AppError `fenced` when somebody else takes over at the same time and wins
 */
export async function takeOver(
  parts: EpochParts,
  above: number,
  owner: EpochOwner,
): Promise<{ path: string; number: number }> {
  const { checkpoints, random, step } = parts;
  await step('mkdir', checkpoints, () => mkdir(join(parts.directory, checkpoints), { recursive: true }));
  const before = await listEpochs(parts);
  const number = Math.max(above, ...[...before.epochs, ...before.fenced].map((epoch) => epoch.number)) + 1;
  // The digits make the name one of its own for ever: an owner that was asleep while its number was given again must not
  // find a directory at the path that it knows.
  const name = `epoch-${number}-${random.hex(8)}`;
  const path = `${checkpoints}/${name}`;
  await step('mkdir', path, () => mkdir(join(parts.directory, path)));
  try {
    await fenceLower(parts, { name, number });
    await adopt(parts, path);
    // Only now: on a full disk, what the former owner's directory took is what there is room for.
    await step('own', path, () => writeOwner(join(parts.directory, path), owner));
  } catch (error) {
    throw (await isGone(parts, name)) ? fencedError(parts) : error;
  }
  return { path, number };
}

async function fenceLower(parts: EpochParts, own: Epoch): Promise<void> {
  const { checkpoints, random, step } = parts;
  const { epochs } = await listEpochs(parts);
  if (epochs.some((epoch) => isHigher(epoch, own))) {
    await leave(join(parts.directory, checkpoints, own.name));
    throw fencedError(parts);
  }
  for (const epoch of epochs) {
    if (epoch.name === own.name) continue;
    const away = `${checkpoints}/fenced-${epoch.number}-${random.hex(8)}`;
    await step('fence', `${checkpoints}/${epoch.name}`, () =>
      // Somebody else may have done it.
      rename(join(parts.directory, checkpoints, epoch.name), join(parts.directory, away)).catch(
        ignoring('ENOENT'),
      ),
    );
  }
  await step('sync folder', checkpoints, () => syncDirectory(join(parts.directory, checkpoints)));
}

async function isGone(parts: EpochParts, name: string): Promise<boolean> {
  const epochs = await listEpochs(parts).then(
    (found) => found.epochs,
    () => null,
  );
  return epochs !== null && !epochs.some((epoch) => epoch.name === name);
}

export function fencedError({
  directory,
  checkpoints,
}: Pick<EpochParts, 'directory' | 'checkpoints'>): AppError {
  const partition = checkpoints.split('/').at(-1);
  return new AppError(
    'fenced',
    `Another UpTimer has taken over partition ${partition} of the lake in ${directory}. Nothing is lost: ` +
      'it goes on from the last checkpoint, and what this one had not committed is read again from the log.',
    { domain: 'external', retry: 'backoff' },
  );
}

/**
 * Moves what stands in fenced directories into the own one and removes them. A directory that is removed takes no rename any
 * more, not even one that had looked it up before it was renamed: once none is left, no change of a former owner is under way.
 */
async function adopt(parts: EpochParts, own: string): Promise<void> {
  const { directory, checkpoints, step } = parts;
  for (let attempt = 0; ; attempt += 1) {
    const { fenced } = await listEpochs(parts);
    const kept: string[] = [];
    for (const { name } of fenced) {
      const folder = join(directory, checkpoints, name);
      for (const file of await readdir(folder).catch(() => [])) {
        // An open file that was removed, as a client of NFS keeps it: it goes when it is closed.
        if (file.startsWith('.nfs')) kept.push(file);
        else if (file === OWNER_FILE) await unlink(join(folder, file)).catch(ignoring('ENOENT'));
        else await adoptFile(parts, `${checkpoints}/${name}/${file}`, `${own}/${file}`);
      }
      await step('remove folder', `${checkpoints}/${name}`, () =>
        rmdir(folder).catch(ignoring('ENOENT', 'ENOTEMPTY', 'EEXIST')),
      );
    }
    const left = (await listEpochs(parts)).fenced;
    if (left.length === 0 || (attempt === ATTEMPTS && kept.length > 0)) return;
    if (attempt === ATTEMPTS) {
      throw new AppError(
        'unavailable',
        `${join(directory, checkpoints, left[0]?.name ?? '')} belongs to a former owner and cannot be removed; it is tried again.`,
        { domain: 'external', retry: 'backoff' },
      );
    }
    await new Promise((resume) => setTimeout(resume, attempt === 0 ? 0 : ATTEMPT_MS));
  }
}

function adoptFile(parts: EpochParts, from: string, to: string): Promise<void> {
  return parts.step('adopt', from, async () => {
    try {
      await rename(join(parts.directory, from), join(parts.directory, to));
    } catch (error) {
      // Somebody else took it: one who took over after us, and then our own directory is gone as well.
      if (!hasCode(error, 'ENOENT') || (await isGone(parts, to.split('/').at(-2) ?? ''))) throw error;
    }
  });
}

async function listEpochs(parts: EpochParts): Promise<{ epochs: Epoch[]; fenced: Epoch[] }> {
  const names = await readdir(join(parts.directory, parts.checkpoints));
  const matching = (pattern: RegExp): Epoch[] =>
    names.flatMap((name) => {
      const number = pattern.exec(name)?.[1];
      return number === undefined ? [] : [{ name, number: Number(number) }];
    });
  return { epochs: matching(EPOCH_NAME), fenced: matching(FENCED_NAME) };
}

/** Two that take over at the same time may have found the same number: then the digits decide. */
function isHigher(a: Epoch, b: Epoch): boolean {
  return a.number > b.number || (a.number === b.number && a.name > b.name);
}

async function writeOwner(folder: string, owner: EpochOwner): Promise<void> {
  const handle = await open(join(folder, OWNER_FILE), 'wx');
  try {
    await handle.writeFile(`${JSON.stringify(owner)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function leave(folder: string): Promise<void> {
  await unlink(join(folder, OWNER_FILE)).catch(ignoring('ENOENT'));
  await rmdir(folder).catch(ignoring('ENOENT', 'ENOTEMPTY', 'EEXIST'));
}

function ignoring(...codes: readonly string[]): (error: unknown) => void {
  return (error) => {
    if (!hasCode(error, ...codes)) throw error;
  };
}
