import { describe, expect, it } from 'vitest';
import type { StreamJob } from './stream-job';
import { statsOf } from './stream-job-fixtures';
import { createStreamJobs } from './stream-jobs';

const idle = statsOf();

/** Jobs that only say what was asked of them. */
function createParts(options: { refuses?: number[]; unwritten?: number[] } = {}) {
  const told: string[] = [];
  const refuses = new Set(options.refuses);
  const fail = new Map<number, () => void>();
  const failed: number[] = [];
  const offsets = new Map<number, bigint>();
  const createJob = (partition: number, onFailed: () => void): StreamJob => {
    fail.set(partition, onFailed);
    const note = async (what: string): Promise<void> => {
      await new Promise((resolve) => setImmediate(resolve));
      told.push(`${what} ${partition}`);
    };
    return {
      async start() {
        await note('start');
        if (refuses.has(partition)) throw new Error(`not ${partition}`);
      },
      async stop() {
        await note('stop');
        return options.unwritten?.includes(partition) !== true;
      },
      drop: () => note('drop'),
      flush: () => note('flush'),
      committed: () => offsets.get(partition) ?? null,
      changedWindows: () => [],
      overlay: () => [],
      applySettings: () => void told.push(`apply ${partition}`),
      stats: () => ({ ...idle, events: partition }),
    };
  };
  const jobs = createStreamJobs({ createJob, onFailed: (partition) => failed.push(partition) });
  return { jobs, told, refuses, fail, failed, offsets };
}

describe('the stream jobs', () => {
  it('are those of the partitions that are ours: others are dropped before new ones start, and the rest run on', async () => {
    const { jobs, told } = createParts();
    await jobs.assign([0, 1]);
    told.length = 0;
    await jobs.assign([2, 1]);
    expect(told).toEqual(['drop 0', 'start 2']);
    expect(jobs.running()).toEqual([1, 2]);
    expect(jobs.stats().map(({ partition }) => partition)).toEqual([1, 2]);
    expect(jobs.statsOf(2)?.events).toBe(2);
    expect(jobs.statsOf(0)).toBeNull();
  });

  it('say why one could not start, while the others run, and try it again when it is assigned again', async () => {
    const { jobs, refuses } = createParts({ refuses: [1] });
    expect((await jobs.assign([0, 1])).map(String)).toEqual(['Error: not 1']);
    expect(jobs.running()).toEqual([0]);
    refuses.clear();
    expect(await jobs.assign([0, 1])).toEqual([]);
    expect(jobs.running()).toEqual([0, 1]);
  });

  it('change one at a time, in the order asked for', async () => {
    const { jobs, told } = createParts();
    await Promise.all([jobs.assign([0]), jobs.assign([1]), jobs.drop(1), jobs.assign([1])]);
    expect(told).toEqual(['start 0', 'drop 0', 'start 1', 'drop 1', 'start 1']);
  });

  it('drop one that failed and tell of it once, and of none that was replaced since', async () => {
    const { jobs, told, fail, failed } = createParts();
    await jobs.assign([0]);
    const failOld = fail.get(0);
    failOld?.();
    failOld?.();
    await jobs.assign([0]);
    expect(failed).toEqual([0]);
    failOld?.();
    await jobs.flush();
    expect(failed).toEqual([0]);
    expect(told).toEqual(['start 0', 'drop 0', 'start 0', 'flush 0']);
  });

  it('say whether everything was written when they end', async () => {
    expect(await createParts().jobs.stop()).toBe(true);
    const { jobs } = createParts({ unwritten: [1] });
    await jobs.assign([0, 1, 2]);
    expect(await jobs.stop()).toBe(false);
    expect(jobs.running()).toEqual([]);
  });

  it('have reached what the last of them has, and nothing while one does not know', async () => {
    const { jobs, offsets } = createParts();
    expect(jobs.committed('log')).toBeNull();
    await jobs.assign([0, 1]);
    offsets.set(0, 9n);
    expect(jobs.committed('log')).toBeNull();
    offsets.set(1, 7n);
    expect(jobs.committed('log')).toBe(7n);
    expect(jobs.committedOf(0, 'log')).toBe(9n);
    expect(jobs.committedOf(5, 'log')).toBeNull();
  });
});
