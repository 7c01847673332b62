import type { Clock } from '../platform/clock';
import type { Logger } from '../platform/logger';
import type { Random } from '../platform/random';
import type { LakeStats, LakeWriter } from './lake';
import { type Failpoint, LakeDisk } from './lake-disk';
import { createLakeState } from './lake-state';
import { statsOf } from './lake-stats';
import type { LakeViews } from './lake-view';
import { createLakeWriter } from './lake-writer';
import { createViews } from './views';

export interface LakeOptions {
  /** The lake folder (`datalake`); created when it is missing. */
  directory: string;
  partition?: number;
  clock: Clock;
  random: Random;
  logger: Logger;
  /** DuckDB's own memory; what does not fit goes to `checkpoints/tmp`. Default 192. */
  memoryLimitMb?: number;
  threads?: number;
  /** For tests: called before every step that changes the disk. */
  failpoint?: Failpoint;
}

export interface Lake<Snapshot = unknown> {
  readonly writer: LakeWriter<Snapshot>;
  readonly views: LakeViews;
  stats(): LakeStats;
}

/** One partition's lake: its writing side and consistent views for questions. Nothing is opened before `writer.open`. */
export function createLake<Snapshot = unknown>(options: LakeOptions): Lake<Snapshot> {
  const { directory, clock, logger, random } = options;
  const disk = new LakeDisk(
    directory,
    options.partition ?? 0,
    random,
    options.failpoint ?? (() => undefined),
  );
  const state = createLakeState({ directory, disk, clock, logger });
  return {
    writer: createLakeWriter<Snapshot>(state, options),
    views: createViews(state),
    stats: () => statsOf(state),
  };
}
