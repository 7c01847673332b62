import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Random } from '../platform/random';
import type { DiskStep } from './disk-step';

const ALIVE_EVERY_MS = 60_000;
/** A folder whose process has not been heard of for so long belongs to nobody. */
const STALE_MS = 3_600_000;
const ROOT = 'checkpoints/tmp';

/**
 * Where one process keeps what nobody else needs: second names of files for its views, and what DuckDB spills. Several
 * processes share a lake, so each has a folder of its own, in which a file `alive` is written again every minute.
 */
export class ProcessFolder {
  /** Sixteen hex digits. */
  readonly name: string;
  /** Relative to the lake folder. */
  readonly path: string;
  #timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly directory: string,
    private readonly random: Random,
    private readonly step: DiskStep,
  ) {
    this.name = random.hex(16);
    this.path = `${ROOT}/${this.name}`;
  }

  /** The folder into which DuckDB may spill. */
  get spill(): string {
    return `${this.path}/spill`;
  }

  /** A second name under which a view reads a file. */
  newView(): string {
    return `${this.path}/view-${this.random.hex(16)}.parquet`;
  }

  /** A new name for whatever else. */
  temporary(): string {
    return `${this.path}/${this.random.hex(16)}.tmp`;
  }

  /** Makes the folder, says from time to time that it is in use, and removes those that no process uses. Idempotent. */
  async open(): Promise<void> {
    await this.step('mkdir', this.path, () => mkdir(join(this.directory, this.path), { recursive: true }));
    await this.step('write', `${this.path}/alive`, () => this.#sayAlive());
    this.#timer ??= setInterval(() => void this.#refresh(), ALIVE_EVERY_MS).unref();
    await this.#removeStale();
  }

  /** Idempotent. */
  async close(): Promise<void> {
    if (this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
    // What cannot be removed now is removed when it is stale.
    await rm(join(this.directory, this.path), { recursive: true, force: true }).catch(() => undefined);
  }

  #sayAlive(): Promise<void> {
    return writeFile(join(this.directory, this.path, 'alive'), '');
  }

  async #refresh(): Promise<void> {
    // After a sleep of more than an hour somebody may have removed it. A lake that was taken away is not made again here.
    await mkdir(join(this.directory, this.path)).catch(() => undefined);
    await this.#sayAlive().catch(() => undefined);
  }

  /** Ages are told by the filesystem's clock alone: those of the machines that share it may differ. */
  async #removeStale(): Promise<void> {
    const nowMs = (await stat(join(this.directory, this.path, 'alive'))).mtimeMs;
    for (const name of await readdir(join(this.directory, ROOT))) {
      if (!/^[0-9a-f]{16}$/.test(name) || name === this.name) continue;
      const folder = join(this.directory, ROOT, name);
      const seen = await stat(join(folder, 'alive')).catch(() => stat(folder).catch(() => null));
      if (seen === null || nowMs - seen.mtimeMs < STALE_MS) continue;
      await this.step('remove folder', `${ROOT}/${name}`, () => rm(folder, { recursive: true, force: true }));
    }
  }
}
