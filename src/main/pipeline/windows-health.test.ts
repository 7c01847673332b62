import { describe, expect, it } from 'vitest';
import type { StreamJobStats } from './stream-job';
import { statsOf } from './stream-job-fixtures';
import { heldBackBy, type PartitionStats, windowsHealthOf } from './windows-health';

const job = (partition: number, change: Partial<StreamJobStats> = {}): PartitionStats => ({
  partition,
  stats: statsOf({ open: 1, written: 2, lateEvents: 3, dirty: 4, duplicates: 5, ...change }),
});

describe('the health of all windows', () => {
  it('has no watermark before any partition has one', () => {
    expect(heldBackBy([])).toBeNull();
    expect(heldBackBy([job(0), job(1)])).toBeNull();
    expect(windowsHealthOf([job(0)]).watermarkUs).toBeNull();
  });

  it('is held back by the oldest partition that is not idle, and by the oldest of all when all are', () => {
    const jobs = [
      job(0, { watermarkUs: 50, idle: true }),
      job(1, { watermarkUs: 90 }),
      job(2, { watermarkUs: 80 }),
      job(3),
    ];
    expect(heldBackBy(jobs)?.partition).toBe(2);
    expect(windowsHealthOf(jobs).watermarkUs).toBe(80);
    expect(heldBackBy([job(0, { watermarkUs: 50, idle: true }), job(3, { idle: true })])?.partition).toBe(0);
  });

  it('is the sum of the partitions, with the change of length that waits in one', () => {
    const pendingWindow = { fromUs: 1, windowMs: 10_000 };
    expect(windowsHealthOf([job(0), job(1, { pendingWindow })])).toEqual({
      watermarkUs: null,
      open: 2,
      written: 4,
      lateEvents: 6,
      dirty: 8,
      duplicates: 10,
      pendingWindow,
    });
  });

  it('shows no watermark before 1970', () => {
    expect(windowsHealthOf([job(0, { watermarkUs: -60_000_000 })]).watermarkUs).toBe(0);
  });
});
