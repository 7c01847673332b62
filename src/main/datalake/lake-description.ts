import { link, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../shared/contract/app-error';
import { syncDirectory } from '../platform/atomic-file';
import type { Random } from '../platform/random';
import { CHECKPOINT_VERSION } from './checkpoint';
import { type DiskStep, hasCode } from './disk-step';
import { partitionOf } from './lake-file';
import type { ProcessFolder } from './process-folder';
import { listFiles, TABLES } from './scan-folders';

/** What was decided for good when the lake was made. */
export interface LakeDescription {
  /** Sixteen hex digits. */
  id: string;
  partitions: number;
}

const VERSION = 1;
export const DESCRIPTION_PATH = 'checkpoints/lake.json';
const PATH = DESCRIPTION_PATH;
const PARTITION_FOLDER = /^p(\d{2,4})$/;
/** As long as another process may be writing it where the filesystem has no links. */
const READS = 10;
const READ_AGAIN_MS = 20;

const descriptionSchema = z.object({
  version: z.number().int(),
  id: z.string().regex(/^[0-9a-f]{16}$/),
  partitions: z.number().int().min(1).max(10_000),
});

/**
 * Refuses a lake that a newer UpTimer wrote, before anything in it is touched.
 * @throws AppError `too_new`, `corrupt`
 */
export async function refuseNewer(directory: string): Promise<void> {
  await readDescription(directory);
  for (const partition of await checkpointedPartitions(directory)) {
    const path = join(directory, 'checkpoints', partition, 'checkpoint.json');
    const version = versionOf(await firstBytes(path));
    if (version > CHECKPOINT_VERSION) throw tooNew(directory, `checkpoint version ${version}`);
  }
}

/**
 * Reads the lake's description, or makes it. Of several processes that make one lake at the same time one wins, and the others
 * read what it wrote.
 * @param wanted partitions of a lake that is made
 */
export async function describeLake(
  directory: string,
  wanted: number,
  parts: { random: Random; step: DiskStep; folder: ProcessFolder },
): Promise<LakeDescription> {
  const known = await readDescription(directory);
  if (known !== null) return known;
  const partitions = (await highestPartition(directory)) ?? wanted - 1;
  const text = encodeDescription({ id: parts.random.hex(16), partitions: partitions + 1 });
  const temporary = parts.folder.temporary();
  await parts.step('write', PATH, () => create(directory, temporary, text));
  const made = await readDescription(directory);
  if (made === null) throw unreadable(directory);
  return made;
}

export function encodeDescription({ id, partitions }: LakeDescription): string {
  return `${JSON.stringify({ version: VERSION, id, partitions })}\n`;
}

/** Puts the file in its place whole, and only where none is. */
async function create(directory: string, temporary: string, text: string): Promise<void> {
  const path = join(directory, PATH);
  try {
    const handle = await open(join(directory, temporary), 'wx');
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await link(join(directory, temporary), path).catch(async (error: unknown) => {
      if (hasCode(error, 'EEXIST')) return;
      // Without links: who reads it half written reads it again.
      await writeFile(path, text, { flag: 'wx' }).catch((refused: unknown) => {
        if (!hasCode(refused, 'EEXIST')) throw refused;
      });
    });
  } finally {
    await rm(join(directory, temporary), { force: true });
  }
  await syncDirectory(join(directory, 'checkpoints'));
}

/** Null where there is none. @throws AppError `too_new`, `corrupt` */
export async function readDescription(directory: string): Promise<LakeDescription | null> {
  for (let attempt = 0; attempt < READS; attempt += 1) {
    const text = await readFile(join(directory, PATH), 'utf8').catch((error: unknown) => {
      if (hasCode(error, 'ENOENT', 'ENOTDIR')) return null;
      throw error;
    });
    if (text === null) return null;
    const description = parse(text);
    if (description !== null) {
      if (description.version > VERSION) throw tooNew(directory, `lake.json version ${description.version}`);
      return { id: description.id, partitions: description.partitions };
    }
    await new Promise((resume) => setTimeout(resume, READ_AGAIN_MS));
  }
  throw unreadable(directory);
}

function parse(text: string): z.infer<typeof descriptionSchema> | null {
  try {
    return descriptionSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Of a lake without a description: the highest partition that files or checkpoints are of, or null when it is empty. */
async function highestPartition(directory: string): Promise<number | null> {
  const found = (await checkpointedPartitions(directory)).map((name) => Number(name.slice(1)));
  for (const table of TABLES) {
    for (const path of await listFiles(join(directory, table))) {
      const partition = partitionOf(path.slice(path.lastIndexOf('/') + 1));
      if (partition !== null) found.push(partition);
    }
  }
  return found.length === 0 ? null : found.reduce((highest, partition) => Math.max(highest, partition));
}

async function checkpointedPartitions(directory: string): Promise<string[]> {
  const names = await readdir(join(directory, 'checkpoints')).catch(() => []);
  return names.filter((name) => PARTITION_FOLDER.test(name));
}

async function firstBytes(path: string): Promise<string> {
  const handle = await open(path, 'r').catch(() => null);
  if (handle === null) return '';
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(64), 0, 64, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

function versionOf(text: string): number {
  return Number(/^\{"version":(\d+),/.exec(text)?.[1] ?? 0);
}

export function tooNew(directory: string, what: string): AppError {
  return new AppError(
    'too_new',
    `The lake in ${directory} was written by a newer UpTimer (${what}). ` +
      'Update UpTimer, or choose another folder with --lake. Nothing was changed.',
  );
}

function unreadable(directory: string): AppError {
  return new AppError(
    'corrupt',
    `${join(directory, PATH)} cannot be read. It says how many partitions the lake has: restore it from a backup, or ` +
      'write {"version":1,"id":"<16 hex digits>","partitions":<number>} into it.',
  );
}
