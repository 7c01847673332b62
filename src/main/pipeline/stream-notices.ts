import { toAppError } from '../../shared/contract/app-error';
import type { LogBreach } from '../event-log/event-log';
import type { Notices } from './notices';

/** A flush that found the partition taken over is no trouble: whoever has it goes on. */
export function unlessFenced(
  notices: Notices,
  partition: number,
  onFenced: () => void,
  onFlushFailed: (error: unknown) => void,
): (error: unknown) => void {
  return (error) => {
    if (toAppError(error).code !== 'fenced') return onFlushFailed(error);
    const sentence = `Another process took partition ${partition} over; what was read here and not written is read there again.`;
    notices.tell('kafka', 'info', 'fenced', sentence);
    onFenced();
  };
}

/** Tells of what could not be read as it should, by partition. */
export function breachNotices(notices: Notices, partition: number): (breach: LogBreach) => void {
  return ({ kind, from, to }) => {
    if (kind === 'lost') {
      const sentence =
        `Partition ${partition}: ${to - from} records, offsets ${from} to ${to - 1n}, were thrown away by the broker before they were ` +
        'read; reading goes on behind them. Keep records longer (retention.ms), or run more aggregators.';
      notices.tell('kafka', 'warning', 'kafka_lost', sentence);
      return;
    }
    const sentence =
      `Partition ${partition}: what stands in the topic is another log than before (the topic or the cluster was made anew); ` +
      `reading goes on at its beginning, offset ${to}.`;
    notices.tell('kafka', 'warning', 'kafka_other_log', sentence);
  };
}

/** Tells once a minute at most how many records were set aside. */
export function quarantineNotices(
  notices: Notices,
  clock: { monotonicMs(): number },
): (partition: number, reasons: readonly string[]) => void {
  let toldMs = Number.NEGATIVE_INFINITY;
  let untold: string[] = [];
  return (partition, reasons) => {
    untold = [...untold, ...reasons];
    const isConflict = untold.includes('identity_conflict');
    if (clock.monotonicMs() - toldMs < 60_000) return;
    toldMs = clock.monotonicMs();
    const sentence = isConflict
      ? `Partition ${partition}: two different events bear one number of one prober, so the later one was set aside. Two probers use one probe_id: give each a data folder of its own.`
      : `Partition ${partition}: ${setAside(untold)}`;
    notices.tell('kafka', 'warning', isConflict ? 'identity_conflict' : 'kafka_quarantine', sentence);
    untold = [];
  };
}

function setAside(reasons: readonly string[]): string {
  const why = [...new Set(reasons)].join(', ');
  return reasons.length === 1
    ? `1 record that is no event was set aside (${why}); it lies in the lake's quarantine folder.`
    : `${reasons.length} records that are no events were set aside (${why}); they lie in the lake's quarantine folder.`;
}
