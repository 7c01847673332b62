import { access, constants, mkdir, open as openFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Database, open, type RootDatabase } from 'lmdb';
import { z } from 'zod';
import { syncDirectory } from '../platform/atomic-file';
import { checkDataFile } from './data-file-check';
import { corrupt, tooNew } from './log-error';

const DATA_FILE = 'data.mdb';
const LOCK_FILE = 'lock.mdb';
const LOCK_FILE_BYTES = 16_384;
/** A new log wants so much, so that its first pages are not written into the disk's last corner. */
const NEW_LOG_BYTES = 1_048_576;

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
  return {
    dataFile,
    batches,
    state,
    usedBytes() {
      const usage = usageSchema.parse(root.getStats());
      return (usage.lastPageNumber + 1) * usage.pageSize;
    },
    close: () => root.close(),
  };
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
