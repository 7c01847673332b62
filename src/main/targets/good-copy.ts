import { readFile } from 'node:fs/promises';
import { writeFileAtomic } from '../platform/atomic-file';

/**
 * What the engine remembers beside a hand-edited file: the content that was last in force, so that a start with a broken file
 * has something to go on with. It is ours alone: nobody edits it, and losing it loses nothing while the file itself is good.
 */
export interface GoodCopy {
  /** Null when there is none, or none that can be read. */
  read(): Promise<unknown>;
  /** As good as can be done: where it fails (disk full), the older copy stays. Later calls win. */
  write(content: unknown): Promise<void>;
  /** Resolves when every `write` so far has ended. */
  written(): Promise<void>;
}

/** @param path of the hand-edited file: `targets.json` has its copy in `targets.good.json` */
export function createGoodCopy(path: string): GoodCopy {
  const copy = path.replace(/(\.json)?$/, '.good.json');
  let work: Promise<void> = Promise.resolve();
  return {
    async read() {
      try {
        return JSON.parse(await readFile(copy, 'utf8'));
      } catch {
        return null;
      }
    },
    write(content) {
      const text = `${JSON.stringify(content)}\n`;
      // Headers may hold what only the owner should read.
      work = work.then(() => writeFileAtomic(copy, text, { mode: 0o600 })).catch(() => undefined);
      return work;
    },
    written: () => work,
  };
}
