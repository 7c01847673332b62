import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { readArchive } from '../archive';
import { decodeCheckpoint } from '../checkpoint';
import { OWNER_FILE } from '../epoch';
import type { Progress } from '../lake';
import { type MetricsFile, partitionText, type RawFile } from '../lake-file';
import type { ProcessFolder } from '../process-folder';

/** A process whose folder was touched within this is taken to be alive: it does so every minute. */
const ALIVE_MS = 120_000;

/** One partition as its checkpoint tells. */
export interface PartitionPicture<Snapshot = unknown> {
  /** Null when there is no checkpoint, or none that can be read. */
  progress: Progress<Snapshot> | null;
  raw: readonly RawFile[];
  metrics: readonly MetricsFile[];
}

/** Who has a partition open, as far as its epoch directory and process folder tell. */
export interface LakeUser {
  partition: number;
  host: string;
  pid: number;
}

export interface LakePicture<Snapshot = unknown> {
  partitions: readonly PartitionPicture<Snapshot>[];
  users: readonly LakeUser[];
}

const ownerSchema = z.object({ host: z.string(), pid: z.number(), instance: z.string() });

/** Looks at all partitions and changes nothing. @param own the folder of this process, which tells the filesystem's time */
export async function takeLakePicture<Snapshot>(
  directory: string,
  count: number,
  own: ProcessFolder,
): Promise<LakePicture<Snapshot>> {
  const partitions: PartitionPicture<Snapshot>[] = [];
  const users: LakeUser[] = [];
  const nowMs = (await stat(join(directory, own.path, 'alive'))).mtimeMs;
  for (let partition = 0; partition < count; partition += 1) {
    const folder = join(directory, 'checkpoints', partitionText(partition));
    partitions.push(await pictureOf(folder));
    users.push(...(await usersOf(directory, { partition, folder, nowMs, own })));
  }
  return { partitions, users };
}

async function pictureOf<Snapshot>(folder: string): Promise<PartitionPicture<Snapshot>> {
  const text = await readFile(join(folder, 'checkpoint.json'), 'utf8').catch(() => null);
  const reading = text === null ? null : decodeCheckpoint(text);
  if (reading?.kind !== 'read') return { progress: null, raw: [], metrics: [] };
  const { archive, progress, raw, metrics } = reading.checkpoint;
  const old = archive === null ? null : await readArchive(folder, archive);
  return {
    // What it holds is what a caller of this type stored.
    progress: progress as Progress<Snapshot> | null,
    raw: [...(old?.raw ?? []), ...raw],
    metrics: [...(old?.metrics ?? []), ...metrics],
  };
}

async function usersOf(
  directory: string,
  at: { partition: number; folder: string; nowMs: number; own: ProcessFolder },
): Promise<LakeUser[]> {
  const users: LakeUser[] = [];
  for (const name of await readdir(at.folder).catch(() => [])) {
    if (!name.startsWith('epoch-')) continue;
    const text = await readFile(join(at.folder, name, OWNER_FILE), 'utf8').catch(() => 'null');
    const owner = ownerSchema.safeParse(parse(text));
    if (!owner.success || owner.data.instance === at.own.name) continue;
    const { host, pid, instance } = owner.data;
    const seen = await stat(join(directory, 'checkpoints/tmp', instance, 'alive')).catch(() => null);
    if (seen !== null && at.nowMs - seen.mtimeMs < ALIVE_MS)
      users.push({ partition: at.partition, host, pid });
  }
  return users;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
