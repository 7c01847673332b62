import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** A file that takes all that is left of a disk. */
export interface DiskFiller {
  /** Writes until the disk takes not one byte more. */
  fill(): void;
  /** Gives the space back. */
  free(): void;
}

export function createDiskFiller(directory: string): DiskFiller {
  const path = join(directory, 'filler');
  return {
    fill() {
      const file = openSync(path, 'a');
      const block = Buffer.alloc(4096, 1);
      try {
        for (;;) writeSync(file, block);
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
      } finally {
        closeSync(file);
      }
    },
    free: () => rmSync(path, { force: true }),
  };
}
