import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { OWNER_FILE } from './epoch';
import { partitionText } from './lake-file';
import type { ProcessFolder } from './process-folder';

/** A process whose folder was touched within this is taken to be alive: it does so every minute. */
const ALIVE_MS = 120_000;

/** Who has a partition open, as far as its epoch directory and process folder tell. */
export interface LakeUser {
  partition: number;
  host: string;
  pid: number;
}

const ownerSchema = z.object({ host: z.string(), pid: z.number(), instance: z.string() });

/**
 * Other processes that have one of the first `count` partitions open. One that was killed is among them for two minutes.
 * @param own the folder of this process, which tells the filesystem's time
 */
export async function usersOf(directory: string, count: number, own: ProcessFolder): Promise<LakeUser[]> {
  const users: LakeUser[] = [];
  const nowMs = (await stat(join(directory, own.path, 'alive'))).mtimeMs;
  for (let partition = 0; partition < count; partition += 1) {
    const folder = join(directory, 'checkpoints', partitionText(partition));
    for (const name of await readdir(folder).catch(() => [])) {
      if (!name.startsWith('epoch-')) continue;
      const text = await readFile(join(folder, name, OWNER_FILE), 'utf8').catch(() => 'null');
      const owner = ownerSchema.safeParse(parse(text));
      if (!owner.success || owner.data.instance === own.name) continue;
      const { host, pid, instance } = owner.data;
      const seen = await stat(join(directory, 'checkpoints/tmp', instance, 'alive')).catch(() => null);
      if (seen !== null && nowMs - seen.mtimeMs < ALIVE_MS) users.push({ partition, host, pid });
    }
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
