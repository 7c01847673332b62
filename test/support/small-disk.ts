import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A real filesystem of a few megabytes, or why there is none here: mounting one takes Linux and root. */
export type SmallDisk =
  | { directory: string; setReadOnly(readOnly: boolean): void; remove(): void }
  | { reason: string };

export function createSmallDisk(megabytes: number): SmallDisk {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    return { reason: 'a small filesystem can be mounted by root on Linux only' };
  }
  const directory = mkdtempSync(join(tmpdir(), 'uptimer-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', directory], { stdio: 'pipe' });
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    return { reason: `mount failed: ${error instanceof Error ? error.message : String(error)}` };
  }
  return {
    directory,
    setReadOnly(readOnly) {
      execFileSync('mount', ['-o', `remount,${readOnly ? 'ro' : 'rw'}`, directory], { stdio: 'pipe' });
    },
    remove() {
      execFileSync('umount', ['-l', directory], { stdio: 'pipe' });
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
