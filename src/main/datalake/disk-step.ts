import { join } from 'node:path';
import { toDiskError } from './disk-error';

/**
 * Called before every step that changes the disk; a test throws here to see what a crash at that step leaves, or waits to see
 * what happens when others act just then.
 */
export type Failpoint = (step: string) => void | Promise<void>;

/** Runs one change of the disk. What it throws becomes a sentence that names the path. @param path relative to the lake */
export type DiskStep = <T>(name: string, path: string, work: () => Promise<T>) => Promise<T>;

export function createDiskStep(directory: string, failpoint: Failpoint): DiskStep {
  return async (name, path, work) => {
    await failpoint(`${name} ${path}`);
    try {
      return await work();
    } catch (error) {
      throw await toDiskError(error, join(directory, path));
    }
  };
}

/** Whether a call of the file system failed with this code. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
