import { readFile } from 'node:fs/promises';
import { writeFileAtomic } from '../platform/atomic-file';

/** The name a log had when it was opened last, kept beside its folder: a log that is gone cannot tell that it was there. */
export interface KnownProber {
  /** Null when nothing is known. */
  read(): Promise<string | null>;
  /** As good as can be done: on a full disk the older name stays. */
  write(probeId: string): Promise<void>;
}

/** @param directory of the log; the name stands in `<directory>.prober` */
export function createKnownProber(directory: string): KnownProber {
  const path = `${directory}.prober`;
  const read = () =>
    readFile(path, 'utf8').then(
      (text) => text.trim() || null,
      () => null,
    );
  return {
    read,
    async write(probeId) {
      if ((await read()) === probeId) return;
      await writeFileAtomic(path, `${probeId}\n`).catch(() => undefined);
    },
  };
}
