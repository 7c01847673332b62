import { type AppError, toAppError } from '../../shared/contract/app-error';
import type { ProbeEvent, ProbeResult } from '../../shared/domain/probe-event';
import type { Clock } from '../platform/clock';
import type { Logger } from '../platform/logger';
import type { EventLog } from './event-log';
import { GapRows } from './gap-rows';
import { ResultQueue } from './result-queue';

const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 2000;
/** Results that are collapsed at a time once memory for them is full. */
const COLLAPSE = 64;

export interface RecorderOptions {
  log: Pick<EventLog, 'append'>;
  clock: Clock;
  logger: Logger;
  /** Commits start at least this far apart, unless a whole batch waits. ms */
  lingerMs?: number;
  maxBatchEvents?: number;
  /** Memory for results that the log cannot take, estimated. bytes */
  maxBufferedBytes?: number;
  /** Right after events became durable, in the order of `seq`. */
  onAcknowledged: (events: readonly ProbeEvent[]) => void;
  /** The log refused: probes wait in memory. Again when the reason changes. */
  onStalled?: (error: AppError) => void;
  onRecovered?: () => void;
}

export interface RecorderStats {
  /** Finished probes that are not durable yet. */
  unwritten: number;
  /** What they and the rows for given-up ones hold in memory, estimated. */
  unwrittenBytes: number;
  /** Probes given up since start, because memory for them was full. */
  notRecorded: number;
  /** Since when the log refuses, µs; null while it does not. */
  stalledSinceUs: number | null;
}

/** What a flush achieved. `lost`: results, and instants given up before, that are gone if the process ends now. */
export type FlushOutcome = { complete: true } | { complete: false; lost: number; error: AppError | null };

/**
 * Takes finished probes off the prober's hands and writes them to the log in groups. While the log refuses (a full
 * disk), results wait here in order without a `seq`; when memory for them is full the oldest become `missed` rows with
 * `not_recorded`, which are written first when the log takes again.
 */
export interface Recorder {
  /** Synchronous; never throws and never waits. */
  record(results: readonly ProbeResult[]): void;
  /** Writes what waits now, for up to `timeoutMs`. Never rejects. What is not complete stays and is tried again. */
  flush(timeoutMs: number): Promise<FlushOutcome>;
  /** Gives up what the log has not taken yet. What is just being written may still come to stand in it. */
  discard(): void;
  stats(): RecorderStats;
}

export function createRecorder(options: RecorderOptions): Recorder {
  const { log, clock, logger } = options;
  const lingerMs = options.lingerMs ?? 20;
  const maxBatchEvents = options.maxBatchEvents ?? 4096;
  const maxBufferedBytes = options.maxBufferedBytes ?? 64 * 1_048_576;
  const queue = new ResultQueue();
  const gaps = new GapRows(maxBufferedBytes / 4);
  /** Raised by every `discard`: what was being written before it is not put back. */
  let generation = 0;
  let writing: { results: readonly ProbeResult[]; bytes: number } | null = null;
  let timer: NodeJS.Timeout | null = null;
  let lastStartMs = Number.NEGATIVE_INFINITY;
  let failures = 0;
  let lastError: AppError | null = null;
  let stalledSinceUs: number | null = null;
  let notRecorded = 0;
  let onDrained: (() => void)[] = [];

  const isEmpty = (): boolean => writing === null && queue.length === 0 && gaps.length === 0;
  const bytes = (): number => queue.bytes + gaps.bytes + (writing?.bytes ?? 0);

  const collapseOldest = (): void => {
    while (bytes() > maxBufferedBytes && queue.length > 0) {
      for (const result of queue.take(COLLAPSE)) if (gaps.add(result)) notRecorded += 1;
    }
  };

  const schedule = (): void => {
    if (writing !== null || timer !== null || isEmpty()) return;
    if (failures > 0) {
      // A retry alone does not keep a process alive that wants to end.
      timer = setTimeout(write, Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), LAST_RETRY_MS)).unref();
      return;
    }
    const wholeBatch = queue.length >= maxBatchEvents;
    const sinceLastMs = clock.monotonicMs() - lastStartMs;
    timer = setTimeout(write, wholeBatch ? 0 : Math.max(0, lingerMs - sinceLastMs));
  };

  const succeeded = (events: readonly ProbeEvent[]): void => {
    failures = 0;
    lastError = null;
    if (stalledSinceUs !== null) {
      stalledSinceUs = null;
      options.onRecovered?.();
    }
    options.onAcknowledged(events);
  };

  const failed = (error: AppError): void => {
    const changed = lastError?.code !== error.code;
    failures += 1;
    lastError = error;
    stalledSinceUs ??= clock.nowUs();
    if (!changed) return;
    logger.warn({ err: error }, 'finished probes wait in memory');
    options.onStalled?.(error);
  };

  const append = async (from: GapRows | ResultQueue): Promise<void> => {
    const before = from.bytes;
    const results = from.take(maxBatchEvents);
    const takenIn = generation;
    writing = { results, bytes: before - from.bytes };
    let events: readonly ProbeEvent[];
    try {
      events = await log.append(results);
    } catch (error) {
      writing = null;
      if (generation === takenIn) from.putBack(results);
      collapseOldest();
      failed(toAppError(error));
      return;
    }
    writing = null;
    succeeded(events);
  };

  function write(): void {
    timer = null;
    lastStartMs = clock.monotonicMs();
    void append(gaps.length > 0 ? gaps : queue)
      .catch((error: unknown) => logger.error({ err: error }, 'a listener of the recorder failed'))
      .then(() => {
        if (isEmpty()) {
          for (const drained of onDrained) drained();
          onDrained = [];
        }
        schedule();
      });
  }

  const lost = (): number => {
    const waiting = queue.length + gaps.instants;
    return waiting + (writing?.results.reduce((sum, result) => sum + (result.missed_count ?? 1), 0) ?? 0);
  };

  return {
    record(results) {
      queue.add(results);
      collapseOldest();
      schedule();
    },
    async flush(timeoutMs) {
      if (isEmpty()) return { complete: true };
      if (timer !== null) {
        clearTimeout(timer);
        write();
      }
      let giveUp: NodeJS.Timeout | undefined;
      const complete = await new Promise<boolean>((resolve) => {
        onDrained.push(() => resolve(true));
        giveUp = setTimeout(resolve, timeoutMs, false);
      });
      clearTimeout(giveUp);
      return complete ? { complete } : { complete, lost: lost(), error: lastError };
    },
    discard() {
      generation += 1;
      queue.take(queue.length);
      gaps.take(gaps.length);
    },
    stats: () => ({
      unwritten: queue.length + (writing?.results.length ?? 0),
      unwrittenBytes: bytes(),
      notRecorded,
      stalledSinceUs,
    }),
  };
}
