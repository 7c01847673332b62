import { AppError } from '../../../shared/contract/app-error';
import type { Clock } from '../../platform/clock';
import type { Logger } from '../../platform/logger';
import type { Random } from '../../platform/random';
import type { Failpoint } from '../disk-step';
import { readDescription } from '../lake-description';
import { closedLake, createSharedLake } from '../shared-lake';
import { finishRepartition } from './finish-repartition';
import { type LakePicture, takeLakePicture } from './lake-picture';
import { writeNewLake } from './new-lake';
import type { TopicStart } from './new-progress';
import { type OldPartition, openOldPartitions, type SeriesSince, seriesSince } from './old-partitions';
import { encodeRepartition, REPARTITION_INTENT } from './repartition-intent';
import { removeFolder, repartitionDisk } from './settle-repartition';

export interface RepartitionOptions {
  /** The lake folder. */
  directory: string;
  clock: Clock;
  random: Random;
  logger: Logger;
  owner?: { host: string; pid: number };
  memoryLimitMb?: number;
  /** For tests: called before every step that changes the disk. */
  failpoint?: Failpoint;
}

/** How a partition's windowing stood, for whoever knows what it means. */
export interface OldStand<Snapshot> {
  /** Null for a partition that never committed. */
  snapshot: Snapshot | null;
  hasRows: boolean;
  /** Series with rows of any instant at or after `fromUs`. */
  seriesSince: (fromUs: number) => Promise<SeriesSince[]>;
}

export interface RepartitionRun<Snapshot> {
  /** The new number of partitions. */
  to: number;
  topic: TopicStart | null;
  /** Called with the lake as it stands once it is ours, and once more before anything is touched. Throws what forbids it. */
  check: (picture: Omit<LakePicture<Snapshot>, 'users'>) => Promise<void>;
  /** The windowing of each new partition. */
  spread: (old: readonly OldStand<Snapshot>[]) => Promise<Snapshot[]>;
  onProgress: (progress: { phase: 'write' | 'swap'; done: number; of: number }) => void;
}

/** Changes the number of partitions that a lake counts on, while nothing else has it open. */
export interface Repartition<Snapshot = unknown> {
  /**
   * Opens the lake, which finishes a change that was broken off, and looks at it.
   * @returns null when there is no lake
   */
  look(): Promise<LakePicture<Snapshot> | null>;
  /**
   * Writes everything anew aside, then puts it in the old one's place. Until its intent is durable nothing of the lake is
   * touched; from then on the change is finished, if not here, then by the next start on the lake.
   * @throws AppError `no_space`, `not_writable`, `conflict` when another process works on the lake; what `check` throws
   */
  run(run: RepartitionRun<Snapshot>): Promise<void>;
  /** Idempotent. */
  close(): Promise<void>;
}

export function createRepartition<Snapshot = unknown>(options: RepartitionOptions): Repartition<Snapshot> {
  const { directory, random } = options;
  const failpoint = options.failpoint ?? (() => undefined);
  const shared = createSharedLake({ ...options, partitions: () => 1, failpoint });
  const parts = { directory, random, failpoint, owner: shared.owner };
  const disk = repartitionDisk(parts);
  let old: OldPartition<Snapshot>[] = [];

  const pictureOf = (
    partitions: readonly OldPartition<Snapshot>[],
  ): Omit<LakePicture<Snapshot>, 'users'> => ({
    partitions: partitions.map(({ progress, state }) => ({
      progress,
      raw: state.raw.all,
      metrics: state.metrics.all,
    })),
  });

  const work = async (run: RepartitionRun<Snapshot>): Promise<void> => {
    const { id } = await shared.open();
    old = await openOldPartitions<Snapshot>(shared, { ...options, failpoint });
    await run.check(pictureOf(old));
    await disk.takeOver(0, shared.owner());
    await disk.clearEpoch();
    const connection = await shared.database().connect();
    try {
      const snapshots = await run.spread(
        old.map(({ progress, state }) => ({
          snapshot: progress?.aggregator ?? null,
          hasRows: state.raw.rows + state.metrics.rows > 0,
          seriesSince: (fromUs) => seriesSince(connection, state, fromUs),
        })),
      );
      const intent = await writeNewLake({ disk, connection, old, snapshots, id, run });
      await run.check(pictureOf(old));
      await disk.replaceText(REPARTITION_INTENT, encodeRepartition(intent));
      const isNew = await finishRepartition(intent, {
        ...parts,
        disk,
        owner: shared.owner(),
        onProgress: (done, of) => run.onProgress({ phase: 'swap', done, of }),
      });
      await removeFolder(disk);
      if (!isNew) throw changedMeanwhile(directory);
    } finally {
      connection.closeSync();
    }
  };

  return {
    async look() {
      if ((await readDescription(directory)) === null) return null;
      await shared.open();
      return takeLakePicture(directory, shared.partitions, shared.folder);
    },
    async run(run) {
      if (!shared.isOpen()) throw closedLake();
      try {
        await work(run);
      } catch (error) {
        // Whoever opened the lake has taken our work away, and with it the folder perhaps.
        const isTaken = disk.epochNumber > 0 && !(await disk.exists(disk.inEpoch('.')));
        if (isTaken || (error instanceof AppError && error.code === 'fenced')) {
          throw changedMeanwhile(directory, error);
        }
        // A durable intent stays: the next start finishes it.
        if (disk.epochNumber > 0 && !(await disk.exists(REPARTITION_INTENT))) {
          await removeFolder(disk).catch(() => undefined);
        }
        throw error;
      }
    },
    async close() {
      for (const { writer } of old) await writer.close();
      old = [];
      await shared.close();
    },
  };
}

function changedMeanwhile(directory: string, cause?: unknown): AppError {
  return new AppError(
    'conflict',
    `Another UpTimer opened the lake in ${directory} while its partitions were being changed. Stop it, and try again.`,
    { domain: 'external', ...(cause === undefined ? {} : { cause }) },
  );
}
