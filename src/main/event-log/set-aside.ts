import { access, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncDirectory } from '../platform/atomic-file';

/** Something that the log found and did by itself: shown and logged, never swallowed. */
export interface EventLogNotice {
  code: 'log_set_aside' | 'log_gone' | 'batch_unreadable';
  message: string;
  path: string;
}

/** Moves a log that cannot be opened out of the way, next to where it stood; resolves with its new path. */
export async function setAside(directory: string, nowUs: number): Promise<string> {
  const instant = new Date(nowUs / 1000).toISOString().slice(0, 19).replaceAll(':', '-');
  const wanted = `${directory}.broken-${instant}Z`;
  let path = wanted;
  for (let copy = 2; await exists(path); copy++) path = `${wanted}-${copy}`;
  await rename(directory, path);
  await syncDirectory(dirname(directory));
  return path;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
