import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../platform/atomic-file';

/** How other commands of the same user reach the engine that runs on a data folder. Readable by that user only. */
export interface Runtime {
  pid: number;
  port: number;
  token: string;
}

const nameIn = (dataDirectory: string): string => join(dataDirectory, 'runtime.json');

export async function writeRuntime(dataDirectory: string, runtime: Runtime): Promise<void> {
  const path = nameIn(dataDirectory);
  await writeFileAtomic(path, `${JSON.stringify(runtime)}\n`, { mode: 0o600 });
}

/** Null when no engine runs there, or left the file by being killed (then its port answers nobody). */
export async function readRuntime(dataDirectory: string): Promise<Runtime | null> {
  try {
    return JSON.parse(await readFile(nameIn(dataDirectory), 'utf8')) as Runtime;
  } catch {
    return null;
  }
}

export async function removeRuntime(dataDirectory: string): Promise<void> {
  await rm(nameIn(dataDirectory), { force: true });
}
