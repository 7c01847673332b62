import type { WindowRow } from '../../shared/domain/window-row';
import type { Offset } from '../event-log/event-log';
import type { StreamJob, StreamJobStats } from './stream-job';

export interface StreamJobsOptions {
  createJob: (partition: number, onFailed: () => void) => StreamJob;
  /** A job that ran stands still; it is made anew by the next `assign`. */
  onFailed: (partition: number) => void;
}

/** The stream jobs of the partitions that are ours, one change at a time. */
export interface StreamJobs {
  /**
   * Makes exactly these the partitions that are worked on: others are dropped as they stand, since somebody else has them.
   * @returns why some of them could not be started; those that could run
   */
  assign(partitions: readonly number[]): Promise<readonly unknown[]>;
  /** Gives a partition up without writing anything, until `assign` names it again. */
  drop(partition: number): Promise<void>;
  /** Ends all, everything written. @returns whether the lake could take it */
  stop(): Promise<boolean>;
  flush(): Promise<void>;
  running(): readonly number[];
  /** The offset of `source` below which every running job's lake is durable; null while one does not know. */
  committed(source: string): Offset | null;
  committedOf(partition: number, source: string): Offset | null;
  changedWindows(): readonly WindowRow[];
  overlay(): readonly WindowRow[];
  applySettings(): void;
  statsOf(partition: number): StreamJobStats | null;
  stats(): readonly { partition: number; stats: StreamJobStats }[];
}

export function createStreamJobs(options: StreamJobsOptions): StreamJobs {
  const jobs = new Map<number, StreamJob>();
  let last: Promise<unknown> = Promise.resolve();

  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };

  const startOne = async (partition: number): Promise<{ error: unknown } | null> => {
    if (jobs.has(partition)) return null;
    const job = options.createJob(partition, () => void failed(partition, job));
    try {
      await job.start();
      jobs.set(partition, job);
      return null;
    } catch (error) {
      return { error };
    }
  };

  const failed = (partition: number, job: StreamJob): Promise<void> =>
    alone(async () => {
      if (jobs.get(partition) !== job) return;
      await dropOne(partition);
      options.onFailed(partition);
    });

  const dropOne = async (partition: number): Promise<void> => {
    const job = jobs.get(partition);
    jobs.delete(partition);
    await job?.drop();
  };

  const list = (): StreamJob[] => [...jobs.values()];

  return {
    assign: (partitions) =>
      alone(async () => {
        const others = [...jobs.keys()].filter((known) => !partitions.includes(known));
        await Promise.all(others.map(dropOne));
        const failures = await Promise.all(partitions.map(startOne));
        return failures.flatMap((failure) => (failure === null ? [] : [failure.error]));
      }),
    drop: (partition) => alone(() => dropOne(partition)),
    stop: () =>
      alone(async () => {
        const ended = await Promise.all(list().map((job) => job.stop()));
        jobs.clear();
        return ended.every((isWritten) => isWritten);
      }),
    flush: async () => void (await Promise.all(list().map((job) => job.flush()))),
    running: () => [...jobs.keys()].sort((a, b) => a - b),
    committed(source) {
      let lowest: Offset | null = null;
      for (const job of jobs.values()) {
        const offset = job.committed(source);
        if (offset === null) return null;
        if (lowest === null || offset < lowest) lowest = offset;
      }
      return lowest;
    },
    committedOf: (partition, source) => jobs.get(partition)?.committed(source) ?? null,
    changedWindows: () => list().flatMap((job) => job.changedWindows()),
    overlay: () => list().flatMap((job) => job.overlay()),
    applySettings() {
      for (const job of jobs.values()) job.applySettings();
    },
    statsOf: (partition) => jobs.get(partition)?.stats() ?? null,
    stats: () => [...jobs].map(([partition, job]) => ({ partition, stats: job.stats() })),
  };
}
