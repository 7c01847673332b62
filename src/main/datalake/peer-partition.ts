import { join } from 'node:path';
import { AppError } from '../../shared/contract/app-error';
import type { LakeStats } from './lake';
import { type LakeFile, overlaps, partitionText, type RawFile } from './lake-file';
import { statsOfFiles } from './lake-stats';
import { metricsSchema } from './metrics-schema';
import type { InstantRange, PartitionView } from './partition-view';
import { PeerLinks } from './peer-links';
import { type PeerPicture, stampOf, takePeerPicture } from './peer-picture';
import type { ProcessFolder } from './process-folder';
import { rawSchema } from './raw-schema';
import { selectFiles, selectRawFiles } from './read-parquet';

/** A picture that views share until a newer one takes its place and the last of them is released. */
interface SharedPicture extends PeerPicture {
  uses: number;
  windowRows: number;
  stats: LakeStats;
  /** Where the files of older dates that were read so far are linked; null = it is gone. */
  read: Map<string, string | null>;
}

/** A partition that is not open here, read by what its owner's checkpoint says. Nothing of it is ever changed. */
export class PeerPartition {
  readonly #folder: string;
  readonly #links: PeerLinks;
  #picture: SharedPicture | null = null;
  #looking: Promise<SharedPicture> | null = null;

  constructor(
    private readonly directory: string,
    partition: number,
    folder: ProcessFolder,
  ) {
    this.#folder = join(directory, 'checkpoints', partitionText(partition));
    this.#links = new PeerLinks(directory, folder);
  }

  /** As last looked at; null before the first look. */
  get stats(): LakeStats | null {
    return this.#picture?.stats ?? null;
  }

  /** Looks whether the owner's checkpoint is a newer one. */
  async look(): Promise<void> {
    await this.#current();
  }

  async acquire(): Promise<PartitionView> {
    const picture = await this.#current();
    picture.uses += 1;
    let released = false;
    return {
      raw: (range) =>
        selectRawFiles(this.directory, rawSchema, [
          ...within(picture.hot.raw, range),
          ...this.#linked(picture, within(picture.cold?.raw ?? [], range), isWhole),
        ]),
      windows: (range) =>
        selectFiles(this.directory, metricsSchema, [
          ...within(picture.hot.metrics, range),
          ...this.#linked(picture, within(picture.cold?.metrics ?? [], range), () => true),
        ]),
      windowRows: picture.windowRows,
      release: () => {
        if (released) return;
        released = true;
        picture.uses -= 1;
        this.#dropUnused(picture);
      },
    };
  }

  /** Forgets what was read; views that are held keep theirs. */
  drop(): void {
    const old = this.#picture;
    this.#picture = null;
    if (old !== null) this.#dropUnused(old);
  }

  #current(): Promise<SharedPicture> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  async #look(): Promise<SharedPicture> {
    const old = this.#picture;
    if (old !== null && old.stamp === stampOf(this.#folder)) return old;
    const picture = await takePeerPicture(this.#folder, this.#links, old);
    const { cold, hot } = picture;
    const all = {
      raw: [...hot.raw, ...(cold?.raw ?? [])],
      metrics: [...hot.metrics, ...(cold?.metrics ?? [])],
    };
    const stats = statsOfFiles(all);
    const current = { ...picture, uses: 0, stats, windowRows: stats.windowRows, read: new Map() };
    this.#picture = current;
    if (old !== null) this.#dropUnused(old);
    return current;
  }

  /** Links files of older dates as they are asked for. */
  #linked<F extends LakeFile>(
    picture: SharedPicture,
    files: readonly F[],
    isRight: (file: F, bytes: number) => boolean,
  ): F[] {
    return files.flatMap((file) => {
      let path = picture.read.get(file.path);
      if (path === undefined) {
        const link = this.#links.take(file.path);
        if (link !== null) picture.keys.push(link.key);
        path = link === null || !isRight(file, link.bytes) ? null : link.path;
        if (path === null && stampOf(this.#folder) !== picture.stamp) {
          throw new AppError('unavailable', 'The lake was changed while it was being read. Ask again.', {
            domain: 'external',
            retry: 'backoff',
          });
        }
        picture.read.set(file.path, path);
      }
      return path === null ? [] : [{ ...file, path }];
    });
  }

  #dropUnused(picture: SharedPicture): void {
    if (picture.uses > 0 || picture === this.#picture) return;
    this.#links.release(picture.keys.splice(0));
  }
}

function within<F extends LakeFile>(files: readonly F[], range: InstantRange | undefined): readonly F[] {
  return range === undefined ? files : files.filter((file) => overlaps(file, range));
}

/** A raw file that is not a tail never changes; one of another size has been emptied. */
function isWhole(file: RawFile, bytes: number): boolean {
  return bytes === file.bytes;
}
