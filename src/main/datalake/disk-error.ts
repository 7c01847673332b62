import { access, constants, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError } from '../../shared/contract/app-error';

/** Below this a disk counts as full when a write to it just failed. */
const FULL_BYTES = 262_144;

/**
 * Why writing `path` failed, as a sentence that says how to mend it. DuckDB reports a full disk as text only, so what
 * it throws is told apart by looking at the disk instead.
 */
export async function toDiskError(thrown: unknown, path: string): Promise<AppError> {
  if (thrown instanceof AppError) return thrown;
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  // A folder that cannot be made on a read-only disk is reported as one that is not there.
  const unclear = code === undefined || code === 'ENOENT';
  const because = { domain: 'external', retry: 'backoff', cause: thrown } as const;
  if (code === 'ENOSPC' || code === 'EDQUOT' || (unclear && (saysFull(thrown) || (await isFull(path))))) {
    return new AppError(
      'no_space',
      `The disk of ${path} is full. Free some space: nothing is lost, what was measured waits and is written then.`,
      because,
    );
  }
  const refused = code === 'EACCES' || code === 'EPERM' || code === 'EROFS';
  if (refused || (unclear && !(await isWritable(path)))) {
    return new AppError(
      'not_writable',
      `${path} cannot be written. Give this user the right to write there, or choose another folder with --lake.`,
      because,
    );
  }
  if (code === 'EEXIST' || code === 'ENOTDIR') {
    return new AppError(
      'not_writable',
      `${path} has to be a folder, and a file stands there or above it. Move that away, or choose another folder with --lake.`,
      because,
    );
  }
  // Node names the path once more after its reason.
  const [reason] = (thrown instanceof Error ? thrown.message : String(thrown)).split(/, \w+ '/);
  return new AppError('internal', `Writing ${path} failed: ${reason}`, {
    domain: 'internal',
    retry: 'backoff',
    cause: thrown,
  });
}

/**
 * DuckDB removes what it had half written before anybody can look at the disk, and gives no code: the system's own words for
 * ENOSPC inside its message are all there is.
 */
function saysFull(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.message.includes('No space left on device');
}

async function isFull(path: string): Promise<boolean> {
  try {
    const disk = await statfs(await nearestFolder(path));
    return disk.bavail * disk.bsize < FULL_BYTES;
  } catch {
    return false;
  }
}

async function isWritable(path: string): Promise<boolean> {
  try {
    await access(await nearestFolder(path), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** The innermost folder above `path` that exists. */
async function nearestFolder(path: string): Promise<string> {
  const folder = dirname(path);
  if (folder === path) return folder;
  return access(folder).then(
    () => folder,
    () => nearestFolder(folder),
  );
}
