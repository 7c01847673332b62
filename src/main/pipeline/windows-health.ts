import type { Health } from '../../shared/contract/health';
import type { StreamJobStats } from './stream-job';

type WindowsHealth = Omit<Health['windows'], 'windowMs' | 'watermarkMs'>;

/** A partition and what its job says. */
export interface PartitionStats {
  partition: number;
  stats: StreamJobStats;
}

/** Which partition's watermark holds the whole back: the oldest of those that are not idle; null where none has one. */
export function heldBackBy(jobs: readonly PartitionStats[]): PartitionStats | null {
  const known = jobs.filter(({ stats }) => stats.watermarkUs !== null);
  const busy = known.filter(({ stats }) => !stats.idle);
  const counted = busy.length > 0 ? busy : known;
  return counted.reduce<PartitionStats | null>(
    (oldest, job) =>
      oldest === null || (job.stats.watermarkUs ?? 0) < (oldest.stats.watermarkUs ?? 0) ? job : oldest,
    null,
  );
}

/** All partitions' windows together. */
export function windowsHealthOf(jobs: readonly PartitionStats[]): WindowsHealth {
  const sum = (of: (stats: StreamJobStats) => number): number =>
    jobs.reduce((total, { stats }) => total + of(stats), 0);
  const watermarkUs = heldBackBy(jobs)?.stats.watermarkUs ?? null;
  return {
    watermarkUs: watermarkUs === null ? null : Math.max(0, watermarkUs),
    open: sum(({ open }) => open),
    written: sum(({ written }) => written),
    lateEvents: sum(({ lateEvents }) => lateEvents),
    dirty: sum(({ dirty }) => dirty),
    duplicates: sum(({ duplicates }) => duplicates),
    pendingWindow: jobs.find(({ stats }) => stats.pendingWindow !== null)?.stats.pendingWindow ?? null,
  };
}
