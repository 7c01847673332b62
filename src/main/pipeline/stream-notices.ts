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

/** A notice of each kind once in so long at most. */
const TOLD_EVERY_MS = 60_000;

export interface QuarantineNotices {
  /** Records of a partition were set aside for these reasons. */
  refused(partition: number, reasons: readonly string[]): void;
  /** Tells what came since the last notice, if that is long enough ago. To be called now and then. */
  tellRest(): void;
}

/** Tells of records that were set aside, and of two probers with one identity, each for itself. */
export function quarantineNotices(notices: Notices, clock: { monotonicMs(): number }): QuarantineNotices {
  const kinds = [
    { code: 'identity_conflict', sentenceOf: conflict },
    { code: 'kafka_quarantine', sentenceOf: setAside },
  ].map((kind) => ({ ...kind, toldMs: Number.NEGATIVE_INFINITY, reasons: [] as string[], partition: 0 }));
  const kindOf = (reason: string) => kinds.find(({ code }) => code === reason) ?? kinds.at(-1);
  const tellRest = (): void => {
    for (const kind of kinds) {
      if (kind.reasons.length === 0 || clock.monotonicMs() - kind.toldMs < TOLD_EVERY_MS) continue;
      kind.toldMs = clock.monotonicMs();
      const sentence = `Partition ${kind.partition}: ${kind.sentenceOf(kind.reasons)}`;
      notices.tell('kafka', 'warning', kind.code, sentence);
      kind.reasons = [];
    }
  };
  return {
    refused(partition, reasons) {
      for (const reason of reasons) {
        const kind = kindOf(reason);
        kind?.reasons.push(reason);
        if (kind !== undefined) kind.partition = partition;
      }
      tellRest();
    },
    tellRest,
  };
}

function conflict(): string {
  return 'two different events bear one number of one prober, so the later one was set aside. Two probers use one probe_id: give each a data folder of its own.';
}

function setAside(reasons: readonly string[]): string {
  const why = [...new Set(reasons)].join(', ');
  return reasons.length === 1
    ? `1 record that is no event was set aside (${why}); it lies in the lake's quarantine folder.`
    : `${reasons.length} records that are no events were set aside (${why}); they lie in the lake's quarantine folder.`;
}
