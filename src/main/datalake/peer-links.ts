import { linkSync, statSync, unlink } from 'node:fs';
import { join } from 'node:path';
import { hasCode } from './disk-step';
import type { ProcessFolder } from './process-folder';

/** A file under a name of our own. */
export interface PeerLink {
  key: string;
  /** Relative to the lake folder. Where the filesystem has no links it is the file's own. */
  path: string;
  bytes: number;
}

/**
 * Names of our own for files of partitions that other processes write: whatever those do to a file under its name, what we
 * linked stays as it was. A version of a file is linked once, however many views read it.
 */
export class PeerLinks {
  readonly #links = new Map<string, PeerLink & { uses: number; isOwn: boolean }>();

  constructor(
    private readonly directory: string,
    private readonly folder: ProcessFolder,
  ) {}

  /** Null when there is no such file. To be given back by `release`. */
  take(path: string): PeerLink | null {
    try {
      const found = statSync(join(this.directory, path), { bigint: true });
      const key = `${path} ${found.ino} ${found.mtimeNs} ${found.size}`;
      const known = this.#links.get(key);
      if (known !== undefined) {
        known.uses += 1;
        return known;
      }
      const link = { key, ...this.#link(path), bytes: Number(found.size), uses: 1 };
      this.#links.set(key, link);
      return link;
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return null;
      throw error;
    }
  }

  release(keys: Iterable<string>): void {
    for (const key of keys) {
      const link = this.#links.get(key);
      if (link === undefined) continue;
      link.uses -= 1;
      if (link.uses > 0) continue;
      this.#links.delete(key);
      // What cannot be removed now goes with the process's folder.
      if (link.isOwn) unlink(join(this.directory, link.path), () => undefined);
    }
  }

  #link(path: string): { path: string; isOwn: boolean } {
    const own = this.folder.newView();
    try {
      linkSync(join(this.directory, path), join(this.directory, own));
      return { path: own, isOwn: true };
    } catch (error) {
      if (hasCode(error, 'ENOENT')) throw error;
      return { path, isOwn: false };
    }
  }
}
