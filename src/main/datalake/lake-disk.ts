import { access, copyFile, link, mkdir, rename, rm, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncDirectory, syncFile, writeFileAtomic } from '../platform/atomic-file';
import type { Random } from '../platform/random';
import { toDiskError } from './disk-error';
import { partitionText } from './lake-file';

/** Called before every step that changes the disk; a test throws here to see what a crash at that step leaves. */
export type Failpoint = (step: string) => void;

/** Every change of the lake's folders goes through here. Paths are relative to the lake folder, with slashes. */
export class LakeDisk {
  /** Folders with renames in them that are not known to be durable. */
  readonly #unsynced = new Set<string>();

  constructor(
    readonly directory: string,
    readonly partition: number,
    private readonly random: Random,
    private readonly failpoint: Failpoint,
  ) {}

  /** Where this partition keeps its checkpoint. */
  get checkpoints(): string {
    return `checkpoints/${partitionText(this.partition)}`;
  }

  absolute(path: string): string {
    return join(this.directory, path);
  }

  /** A new name for a file that is not live yet; what is left under such names by a crash is an orphan. */
  temporary(): string {
    return `checkpoints/tmp/${partitionText(this.partition)}-${this.random.hex(16)}.parquet`;
  }

  /** A second name under which a view reads a file. */
  temporaryView(): string {
    return `checkpoints/tmp/${partitionText(this.partition)}-view-${this.random.hex(16)}.parquet`;
  }

  /** The folder into which DuckDB may spill. */
  get spill(): string {
    return `checkpoints/tmp/${partitionText(this.partition)}-spill`;
  }

  /** Eight hex digits for the name of a new raw file. */
  newId(): string {
    return this.random.hex(8);
  }

  async makeFolders(): Promise<void> {
    for (const folder of ['lake1_raw', 'lake2_metrics', 'checkpoints/tmp', this.checkpoints]) {
      await this.#step('mkdir', folder, () => mkdir(this.absolute(folder), { recursive: true }));
    }
  }

  /** Removes what DuckDB spilled in a run that did not end well. */
  clearSpill(): Promise<void> {
    return this.#step('clear', this.spill, () =>
      rm(this.absolute(this.spill), { recursive: true, force: true }),
    );
  }

  /** Runs a statement of DuckDB that writes `path`, makes the file durable and returns its size in bytes. */
  write(path: string, run: () => Promise<unknown>): Promise<number> {
    return this.#step('write', path, async () => {
      await run();
      this.failpoint(`sync ${path}`);
      await syncFile(this.absolute(path));
      return (await stat(this.absolute(path))).size;
    });
  }

  /** Puts a durable file in its place, replacing what is there. Durable itself after `syncFolders`. */
  rename(from: string, to: string): Promise<void> {
    return this.#step('rename', to, async () => {
      const folder = dirname(this.absolute(to));
      if ((await mkdir(folder, { recursive: true })) !== undefined) this.#unsynced.add(dirname(folder));
      this.#unsynced.add(folder);
      await rename(this.absolute(from), this.absolute(to));
    });
  }

  /** A second name for a file that is about to be replaced; a copy where the filesystem has no links. */
  keep(from: string, to: string): Promise<void> {
    return this.#step('keep', to, async () => {
      this.#unsynced.add(dirname(this.absolute(to)));
      await mkdir(dirname(this.absolute(to)), { recursive: true });
      await rm(this.absolute(to), { force: true });
      await link(this.absolute(from), this.absolute(to)).catch(async () => {
        await copyFile(this.absolute(from), this.absolute(to));
        await syncFile(this.absolute(to));
      });
    });
  }

  remove(path: string): Promise<void> {
    return this.#step('remove', path, async () => {
      await unlink(this.absolute(path)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      });
    });
  }

  /** Makes all renames so far durable. After a failure the next call tries again. */
  async syncFolders(): Promise<void> {
    for (const folder of this.#unsynced) {
      await this.#step('sync folder', folder, () => syncDirectory(folder));
      this.#unsynced.delete(folder);
    }
  }

  replaceText(path: string, text: string): Promise<void> {
    return this.#step('replace', path, () => writeFileAtomic(this.absolute(path), text));
  }

  exists(path: string): Promise<boolean> {
    return access(this.absolute(path)).then(
      () => true,
      () => false,
    );
  }

  /** Tries to remove what is not needed; what stays is removed at the next start. */
  async discard(paths: readonly string[]): Promise<void> {
    for (const path of paths) await this.remove(path).catch(() => undefined);
  }

  async #step<T>(name: string, path: string, work: () => Promise<T>): Promise<T> {
    this.failpoint(`${name} ${path}`);
    try {
      return await work();
    } catch (error) {
      throw await toDiskError(error, this.absolute(path));
    }
  }
}
