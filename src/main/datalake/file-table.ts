import type { LakeFile } from './lake-file';

/** The live files of one table. `all` is a new array after every change, so that a view may keep the one it got. */
export class FileTable<F extends LakeFile> {
  #files: readonly F[] = [];
  #rows = 0;
  #bytes = 0;

  get all(): readonly F[] {
    return this.#files;
  }

  get rows(): number {
    return this.#rows;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Takes files out by path and puts files in: one step, for whoever looks. */
  change(removed: readonly string[], added: readonly F[]): void {
    const gone = new Set([...removed, ...added.map((file) => file.path)]);
    const kept: F[] = [];
    for (const file of this.#files) {
      if (gone.has(file.path)) {
        this.#rows -= file.rows;
        this.#bytes -= file.bytes;
      } else kept.push(file);
    }
    for (const file of added) {
      this.#rows += file.rows;
      this.#bytes += file.bytes;
    }
    this.#files = [...kept, ...added];
  }

  reset(files: readonly F[]): void {
    this.#files = [];
    this.#rows = 0;
    this.#bytes = 0;
    this.change([], files);
  }

  find(path: string): F | undefined {
    return this.#files.find((file) => file.path === path);
  }

  /** First and last instant (µs) of the table, null when it is empty. */
  span(): { minUs: number; maxUs: number } | null {
    if (this.#files.length === 0) return null;
    let minUs = Number.POSITIVE_INFINITY;
    let maxUs = Number.NEGATIVE_INFINITY;
    for (const file of this.#files) {
      minUs = Math.min(minUs, file.minUs);
      maxUs = Math.max(maxUs, file.maxUs);
    }
    return { minUs, maxUs };
  }
}
