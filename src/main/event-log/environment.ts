import { access, constants, mkdir, open as openFile, rename, rm, truncate } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Database, open, type RootDatabase } from 'lmdb';
import { z } from 'zod';
import { syncDirectory } from '../platform/atomic-file';
import { checkDataFile } from './data-file-check';
import { corrupt, tooNew } from './log-error';

const DATA_FILE = 'data.mdb';
const LOCK_FILE = 'lock.mdb';
const LOCK_FILE_BYTES = 16_384;
/** Where the file that replaces an emptied one is made; leftovers of a crash are removed. */
const NEXT_FOLDER = 'next';
/** A new log wants so much, so that LMDB does not write its first pages into the disk's last corner. */
const NEW_LOG_BYTES = 131_072;

const usageSchema = z.object({ lastPageNumber: z.number().int(), pageSize: z.number().int() });

/** An open LMDB environment and its two tables. Single process: whoever opens it owns it. */
export interface Environment {
  readonly dataFile: string;
  /** Key = first `seq` of a batch, value = the batch encoded. */
  readonly batches: Database<Buffer, number>;
  /** One entry, whose version is the counter, so that a transaction can insist on the counter it was made for. */
  readonly state: Database<unknown, string>;
  /** How much of the data file the database uses; what is behind that belongs to nobody. */
  usedBytes(): number;
  /** Idempotent. */
  close(): Promise<void>;
}

/**
 * Opens or creates the environment of `directory`.
 * @throws AppError `too_new`, `corrupt`; what the file system throws
 */
export async function openEnvironment(directory: string): Promise<Environment> {
  const dataFile = join(directory, DATA_FILE);
  await mkdir(directory, { recursive: true });
  // LMDB 3.5.6 ends the process where opening fails, so whatever can be asked before is asked before.
  await access(directory, constants.R_OK | constants.W_OK | constants.X_OK);
  const found = await checkDataFile(dataFile);
  if (found === 'too_new') throw tooNew(directory);
  if (typeof found === 'object') throw corrupt(directory, found.damaged);
  await rm(join(directory, NEXT_FOLDER), { recursive: true, force: true });
  if (found === 'absent') await tryRoom(directory);
  await ensureLockFile(join(directory, LOCK_FILE));
  const root: RootDatabase = open({
    path: directory,
    noSubdir: false,
    maxDbs: 4,
    // Plain LMDB durability: a commit returns after its pages and then its meta page are on disk.
    overlappingSync: false,
    // Each write is one transaction of ours; turn batching also leaves a rejected promise behind that nobody handles.
    eventTurnBatching: false,
  });
  const batches: Database<Buffer, number> = root.openDB('batches', { encoding: 'binary' });
  const state: Database<unknown, string> = root.openDB('state', { encoding: 'json', useVersions: true });
  if (found === 'absent') {
    await syncDirectory(directory);
    await syncDirectory(dirname(directory));
  }
  let isOpen = true;
  return {
    dataFile,
    batches,
    state,
    usedBytes() {
      const usage = usageSchema.parse(root.getStats());
      return (usage.lastPageNumber + 1) * usage.pageSize;
    },
    async close() {
      if (!isOpen) return;
      isOpen = false;
      await root.close();
    },
  };
}

/**
 * Replaces the closed data file of `directory` by a fresh one that `fill` writes to, and so gives its space back; a
 * crash at any instant leaves the old file or the new one. Works on a full disk too, with what `usedBytes` leaves free.
 */
export async function replaceDataFile(
  directory: string,
  usedBytes: number,
  fill: (fresh: Environment) => Promise<unknown>,
): Promise<void> {
  const next = join(directory, NEXT_FOLDER);
  await truncate(join(directory, DATA_FILE), usedBytes);
  try {
    const fresh = await openEnvironment(next);
    await fill(fresh).finally(() => fresh.close());
    await rename(join(next, DATA_FILE), join(directory, DATA_FILE));
    await syncDirectory(directory);
  } finally {
    await rm(next, { recursive: true, force: true });
  }
}

/** The lock file is written through a memory map, where a missing block on a full disk is a bus error: no holes. */
async function ensureLockFile(path: string): Promise<void> {
  try {
    await access(path, constants.R_OK | constants.W_OK);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    await writeZeros(path, LOCK_FILE_BYTES);
  }
}

async function tryRoom(directory: string): Promise<void> {
  const path = join(directory, 'room.tmp');
  await writeZeros(path, NEW_LOG_BYTES);
  await rm(path);
}

async function writeZeros(path: string, bytes: number): Promise<void> {
  try {
    const handle = await openFile(path, 'w');
    try {
      await handle.writeFile(Buffer.alloc(bytes));
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}
