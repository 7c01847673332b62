import type { Clock } from '../platform/clock';
import type { Logger } from '../platform/logger';
import type { Random } from '../platform/random';
import { createForeignFiles, type ForeignFiles } from './foreign-files';
import type { LakeStats, LakeWriter } from './lake';
import { type Failpoint, LakeDisk } from './lake-disk';
import { createLakeState } from './lake-state';
import { statsOf } from './lake-stats';
import type { LakeViews } from './lake-view';
import { createLakeWriter } from './lake-writer';
import { TAIL_ROWS } from './tail-policy';
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
  /** DuckDB's threads; default 1. */
  threads?: number;
  /** Rows after which a raw tail is sealed, for tests that want many files. Default 100,000. */
  sealRows?: number;
  /** For tests: called before every step that changes the disk. */
  failpoint?: Failpoint;
}

export interface Lake<Snapshot = unknown> {
  readonly writer: LakeWriter<Snapshot>;
  readonly views: LakeViews;
  readonly foreign: ForeignFiles;
  stats(): LakeStats;
  /** Empties both tables, what waits in memory and the checkpoint; the lake stays open. Foreign files stay. */
  reset(): Promise<void>;
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
  const state = createLakeState({
    directory,
    disk,
    clock,
    logger,
    sealRows: options.sealRows ?? TAIL_ROWS,
  });
  const writer = createLakeWriter<Snapshot>(state, options);
  return {
    writer,
    foreign: createForeignFiles(state),
    reset: () => writer.reset(),
    views: createViews(state),
    stats: () => statsOf(state),
  };
}
