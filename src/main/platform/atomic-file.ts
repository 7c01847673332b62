import { mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Makes a rename or removal inside `directory` durable. A no-op where directories cannot be synced (Windows). */
export async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes what was written to `path` by somebody else durable. */
export async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export interface AtomicWriteOptions {
  /** Permissions of the new file; left out: what the process gives to new files. */
  mode?: number | undefined;
  /** Runs when everything but the rename is done, with the temporary file's path; throwing keeps the old file. */
  beforeRename?: (temporary: string) => Promise<void>;
}

/**
 * Replaces `path` by `content` so that a reader, or a start after a crash, finds the old or the new text and nothing
 * between: write aside, fsync, rename, fsync the directory. On failure the old file stays and the temporary one goes.
 */
export async function writeFileAtomic(
  path: string,
  content: string | Uint8Array,
  options: AtomicWriteOptions = {},
): Promise<void> {
  const directory = dirname(path);
  await mkdir(directory, { recursive: true });
  const temporary = join(directory, `.${basename(path)}.tmp`);
  try {
    // One that a crash left behind would keep its permissions.
    if (options.mode !== undefined) await rm(temporary, { force: true });
    const handle = await open(temporary, 'w', options.mode);
    try {
      await handle.writeFile(content);
      if (options.mode !== undefined) await handle.chmod(options.mode);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await options.beforeRename?.(temporary);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncDirectory(directory);
}
