import { access, copyFile, link, mkdir, open, readdir, rename, rm, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '../../shared/contract/app-error';
import { syncDirectory, syncFile } from '../platform/atomic-file';
import type { Random } from '../platform/random';
import { createDiskStep, type DiskStep, type Failpoint, hasCode } from './disk-step';
import { type EpochOwner, fencedError, OWNER_FILE, takeOver } from './epoch';
import { partitionText } from './lake-file';

/**
 * Every change of one partition's files goes through here. Paths are relative to the lake folder, with slashes.
 *
 * What is published is renamed out of the own epoch directory, and what is removed is renamed into it. So whoever took the
 * partition over, and that directory with it, has nothing more to fear from this process: its next change fails with
 * AppError `fenced`.
 */
export class LakeDisk {
  /** Folders with renames in them that are not known to be durable. */
  readonly #unsynced = new Set<string>();
  readonly #plainStep: DiskStep;
  #epoch: { path: string; number: number } | null = null;

  constructor(
    readonly directory: string,
    readonly partition: number,
    private readonly random: Random,
    private readonly failpoint: Failpoint,
    /** Where epochs are made; left out: in the partition's own folder. */
    private readonly folder: string = `checkpoints/${partitionText(partition)}`,
  ) {
    this.#plainStep = createDiskStep(directory, failpoint);
  }

  /** Where this partition keeps its checkpoint. */
  get checkpoints(): string {
    return this.folder;
  }

  /** The number of the own epoch; 0 before the first takeover. */
  get epochNumber(): number {
    return this.#epoch?.number ?? 0;
  }

  absolute(path: string): string {
    return join(this.directory, path);
  }

  /** Makes this process the owner. @throws AppError `fenced` when another one takes over at the same time */
  async takeOver(above: number, owner: EpochOwner): Promise<void> {
    this.#epoch = null;
    this.#unsynced.clear();
    const { directory, checkpoints, random } = this;
    this.#epoch = await takeOver({ directory, checkpoints, random, step: this.#plainStep }, above, owner);
  }

  /** A new name for a file that is not live yet; what is left under such names is of no use to anybody. */
  temporary(extension = 'parquet'): string {
    return this.inEpoch(`${this.random.hex(16)}.${extension}`);
  }

  /** A path in the own epoch directory. */
  inEpoch(name: string): string {
    if (this.#epoch === null) {
      throw new AppError('unavailable', 'The lake is not open.', { domain: 'internal', retry: 'backoff' });
    }
    return `${this.#epoch.path}/${name}`;
  }

  /** Eight hex digits for the name of a new raw file. */
  newId(): string {
    return this.random.hex(8);
  }

  /** Runs a statement of DuckDB that writes `path`, makes the file durable and returns its size in bytes. */
  write(path: string, run: () => Promise<unknown>): Promise<number> {
    return this.#step('write', path, async () => {
      await run();
      await this.failpoint(`sync ${path}`);
      await syncFile(this.absolute(path));
      return (await stat(this.absolute(path))).size;
    });
  }

  /** Puts a durable file of the epoch in its place, replacing what is there. Durable itself after `syncFolders`. */
  rename(from: string, to: string): Promise<void> {
    return this.#step('rename', to, () => this.#place(from, to));
  }

  /** Puts a second name for `from`, or a copy where the filesystem has no links, at `to`, replacing what is there. */
  keep(from: string, to: string): Promise<void> {
    return this.#step('keep', to, async () => {
      const temporary = this.temporary('kept');
      try {
        await link(this.absolute(from), this.absolute(temporary));
      } catch {
        await copyFile(this.absolute(from), this.absolute(temporary));
        await syncFile(this.absolute(temporary));
      }
      await this.failpoint(`place ${to}`);
      await this.#place(temporary, to);
      // A rename between two names of one file changes nothing.
      await rm(this.absolute(temporary), { force: true });
    });
  }

  /** Takes a file away. One that is not there is fine. */
  remove(path: string): Promise<void> {
    return this.#step('remove', path, async () => {
      const gone = this.temporary('gone');
      try {
        await rename(this.absolute(path), this.absolute(gone));
      } catch (error) {
        if (!hasCode(error, 'ENOENT')) throw error;
        if (await this.#isFenced()) throw error;
        return;
      }
      await this.failpoint(`drop ${gone}`);
      await unlink(this.absolute(gone)).catch(() => undefined);
    });
  }

  /** Tries to take files away that are not needed; what stays is removed later. */
  async tryRemove(paths: readonly string[]): Promise<void> {
    for (const path of paths) await this.remove(path).catch(() => undefined);
  }

  /** Makes all renames so far durable. After a failure the next call tries again. */
  async syncFolders(): Promise<void> {
    for (const folder of this.#unsynced) {
      await this.#step('sync folder', folder, async () => {
        try {
          await syncDirectory(folder);
        } catch (error) {
          // An empty one that a reset of another partition removed: nothing in it waits for being durable.
          if (!hasCode(error, 'ENOENT') || !(await isThere(dirname(folder)))) throw error;
        }
      });
      this.#unsynced.delete(folder);
    }
  }

  /** Replaces a text file so that a reader, or a start after a crash, finds the old or the new one; durable itself. */
  replaceText(path: string, text: string): Promise<void> {
    return this.#step('replace', path, async () => {
      const temporary = this.temporary('text');
      try {
        const handle = await open(this.absolute(temporary), 'wx');
        try {
          await handle.writeFile(text);
          await handle.sync();
        } finally {
          await handle.close();
        }
        await this.failpoint(`place ${path}`);
        await this.#place(temporary, path);
      } catch (error) {
        await rm(this.absolute(temporary), { force: true }).catch(() => undefined);
        throw error;
      }
      await syncDirectory(dirname(this.absolute(path)));
    });
  }

  exists(path: string): Promise<boolean> {
    return isThere(this.absolute(path));
  }

  /** Tries to remove files of the epoch that are not needed; what stays is removed at the next start. */
  async discard(paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      await this.#step('discard', path, () => unlink(this.absolute(path))).catch(() => undefined);
    }
  }

  /** Empties the epoch directory; returns how many Parquet files stood in it. */
  async clearEpoch(): Promise<number> {
    const names = await readdir(this.absolute(this.inEpoch('.')));
    const left = names.filter((name) => name !== OWNER_FILE);
    await this.discard(left.map((name) => this.inEpoch(name)));
    return left.filter((name) => name.endsWith('.parquet')).length;
  }

  async #place(from: string, to: string): Promise<void> {
    const target = this.absolute(to);
    const folder = dirname(target);
    const put = async (): Promise<void> => {
      if ((await mkdir(folder, { recursive: true })) !== undefined) this.#unsynced.add(dirname(folder));
      this.#unsynced.add(folder);
      await rename(this.absolute(from), target);
    };
    try {
      await put();
    } catch (error) {
      // A reset of another partition removes folders that are empty at that instant.
      if (!hasCode(error, 'ENOENT') || !(await this.exists(from))) throw error;
      await put();
    }
  }

  /** Whether somebody else has the partition: the own epoch is gone, and not the whole lake with it. */
  async #isFenced(): Promise<boolean> {
    if (this.#epoch === null || (await this.exists(this.#epoch.path))) return false;
    return this.exists(this.checkpoints);
  }

  async #step<T>(name: string, path: string, work: () => Promise<T>): Promise<T> {
    return this.#plainStep(name, path, async () => {
      try {
        return await work();
      } catch (error) {
        if (await this.#isFenced()) throw fencedError(this);
        throw error;
      }
    });
  }
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
