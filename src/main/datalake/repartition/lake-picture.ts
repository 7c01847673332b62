import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readArchive } from '../archive';
import { decodeCheckpoint } from '../checkpoint';
import type { Progress } from '../lake';
import { type MetricsFile, partitionText, type RawFile } from '../lake-file';
import { type LakeUser, usersOf } from '../lake-users';
import type { ProcessFolder } from '../process-folder';

/** One partition as its checkpoint tells. */
export interface PartitionPicture<Snapshot = unknown> {
  /** Null when there is no checkpoint, or none that can be read. */
  progress: Progress<Snapshot> | null;
  raw: readonly RawFile[];
  metrics: readonly MetricsFile[];
}

export interface LakePicture<Snapshot = unknown> {
  partitions: readonly PartitionPicture<Snapshot>[];
  users: readonly LakeUser[];
}

/** Looks at all partitions and changes nothing. @param own the folder of this process, which tells the filesystem's time */
export async function takeLakePicture<Snapshot>(
  directory: string,
  count: number,
  own: ProcessFolder,
): Promise<LakePicture<Snapshot>> {
  const partitions: PartitionPicture<Snapshot>[] = [];
  for (let partition = 0; partition < count; partition += 1) {
    const folder = join(directory, 'checkpoints', partitionText(partition));
    partitions.push(await pictureOf(folder));
  }
  return { partitions, users: await usersOf(directory, count, own) };
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
