import { AppError } from '../../shared/contract/app-error';
import type { ProbeResult } from '../../shared/domain/probe-event';
import type { Clock } from '../platform/clock';
import type { Logger } from '../platform/logger';
import type { Random } from '../platform/random';
import { createArrivals } from './arrivals';
import { encodeBatch, toEvent } from './batch-codec';
import { type BatchStore, openBatchStore } from './batch-store';
import type { EventLog, LogBatch, Offset } from './event-log';
import { createKnownProber } from './known-prober';
import { notRunning, toLogError } from './log-error';
import { readStored } from './read-stored';
import { RecentBatches } from './recent-batches';
import { createSerial } from './serial';
import { type EventLogNotice, setAside } from './set-aside';

const PARTITION = 0;
/** About 16 MB of events as objects: more than a minute of a busy log for readers that keep up. */
const RECENT_EVENTS = 16_384;
/** A file above this is made anew when the log happens to be empty; at start and when cleared, above the smaller size. */
const ROOMY_BYTES = 64 * 1_048_576;
const SMALL_BYTES = 2 * 1_048_576;

export interface EmbeddedEventLogOptions {
  /** The log's own folder; made when absent. One process at a time. */
  directory: string;
  /** The readable half of a new log's `probeId`; an existing log keeps the one it has. */
  proberName: string;
  random: Random;
  clock: Clock;
  logger: Logger;
  onNotice?: (notice: EventLogNotice) => void;
  /** How many of the newest events stay in memory for readers. */
  recentEvents?: number;
}

/**
 * The event log in one LMDB environment: one partition, offset = `seq`, one value per appended batch. The counter and
 * `probeId` stand in the same environment and move in the same transaction as the batch.
 *
 * `start` rejects with `too_new`, `not_writable`, `no_space`; a damaged log is moved aside and a new one, with a new
 * `probeId`, is begun, so that no (`probe_id`, `seq`) is ever given twice.
 */
export function createEmbeddedEventLog(options: EmbeddedEventLogOptions): EventLog {
  const { directory, logger } = options;
  /** Life cycle and writes, one at a time: the order of calls is the order of `seq`. */
  const serial = createSerial();
  const arrivals = createArrivals();
  let recent = new RecentBatches(0);
  let running = false;
  /** Null while stopped, and after LMDB failed until the next use opens it again. */
  let store: BatchStore | null = null;
  let probeId = '';
  let firstSeq = 1;
  let endSeq = 1;
  let committedSeq = 1;
  let appended = 0;
  /** The disk refused the last append. */
  let refused = false;

  const notice = (code: EventLogNotice['code'], message: string, path: string): void => {
    logger.warn({ path, code }, message);
    options.onNotice?.({ code, message, path });
  };

  const known = createKnownProber(directory);
  const newProbeId = (): string => `${options.proberName}-${options.random.hex(8)}`;

  const openOrReplace = async (): Promise<BatchStore> => {
    try {
      const found = await openBatchStore(directory, newProbeId);
      const before = await known.read();
      if (before !== null && before !== found.state.probeId) {
        const what = `The event log of ${before} in ${directory} is gone or empty, with what the lake had not taken over yet`;
        notice(
          'log_gone',
          `${what}; a new one was begun as ${found.state.probeId}, whose numbers start at 1.`,
          directory,
        );
      }
      return found;
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'corrupt') throw error;
      const path = await setAside(directory, options.clock.nowUs());
      const replaced = await openBatchStore(directory, newProbeId);
      notice(
        'log_set_aside',
        `${error.message}. It was moved to ${path}, with what the lake had not taken over yet; a new log was begun as ` +
          `${replaced.state.probeId}, whose numbers start at 1.`,
        path,
      );
      return replaced;
    }
  };

  const opened = async (): Promise<BatchStore> => {
    if (!running) throw notRunning();
    if (store !== null) return store;
    // Were the folder empty now, the log made in it would be another one, with another identity.
    const reopened = await openBatchStore(directory, newProbeId);
    if (reopened.state.probeId !== probeId || reopened.state.nextSeq < endSeq) {
      await reopened.close();
      throw new AppError('unavailable', `Another event log was put into ${directory} while this one ran.`, {
        domain: 'external',
        retry: 'backoff',
      });
    }
    store = reopened;
    return reopened;
  };

  const write = async <T>(step: (open: BatchStore) => Promise<T>): Promise<T> => {
    const open = await opened();
    try {
      return await step(open);
    } finally {
      if (open.failed) {
        store = null;
        await open.close();
      }
    }
  };

  /** Once empty, the file gives back what an outage of the lake made it take, or what a full disk is short of. */
  const shrinkWhenEmpty = async (open: BatchStore, aboveBytes: number): Promise<void> => {
    if (firstSeq === endSeq && (refused || open.fileBytes() > aboveBytes)) await open.shrink();
  };

  const giveBackSpace = async (): Promise<void> => {
    try {
      await write((open) => shrinkWhenEmpty(open, SMALL_BYTES));
    } catch (error) {
      logger.warn({ err: error }, 'the event log could not give back its space');
    }
  };

  const demand = (partition: number): void => {
    if (partition !== PARTITION) throw new AppError('not_found', `The log has no partition ${partition}.`);
    if (!running) throw notRunning();
  };

  const take = async (fromSeq: number, maxEvents: number): Promise<LogBatch> => {
    const start = Math.max(fromSeq, firstSeq);
    if (start >= endSeq) return { events: [], nextOffset: BigInt(start), atEnd: true };
    const live = recent.read(start, maxEvents);
    if (live !== null) {
      const next = start + live.length;
      return { events: live, nextOffset: BigInt(next), atEnd: next >= endSeq };
    }
    const open = store ?? (await serial(opened));
    const range = { probeId, fromSeq: start, endSeq, maxEvents };
    const { events, nextSeq } = readStored(open, range, (error) =>
      notice('batch_unreadable', `${error.message} Its events are left out.`, directory),
    );
    return { events, nextOffset: BigInt(nextSeq), atEnd: nextSeq >= endSeq };
  };

  return {
    partitions: [PARTITION],
    get source() {
      return `embedded:${probeId}`;
    },
    get probeId() {
      return probeId;
    },
    async resume(partition, place, lastSeq) {
      demand(partition);
      // A number in the lake tells nothing of those below it where some of them travelled through Kafka: the place does. Without
      // one, offset and number are one, and whoever consumed a number has consumed those below it.
      const next = place === null ? (lastSeq[probeId] ?? 0) + 1 : Number(place.nextOffset);
      return BigInt(Math.max(firstSeq, next));
    },
    start: () =>
      serial(async () => {
        if (running) return;
        try {
          store = await openOrReplace();
        } catch (error) {
          throw toLogError(error, directory);
        }
        ({ probeId, nextSeq: endSeq } = store.state);
        await known.write(probeId);
        firstSeq = store.firstSeq();
        committedSeq = firstSeq;
        recent = new RecentBatches(options.recentEvents ?? RECENT_EVENTS);
        running = true;
        await giveBackSpace();
      }),
    stop: () =>
      serial(async () => {
        if (!running) return;
        running = false;
        arrivals.wake();
        const open = store;
        store = null;
        recent = new RecentBatches(0);
        await open?.close();
      }),
    append(results: readonly ProbeResult[]) {
      if (results.length === 0) return Promise.resolve([]);
      return serial(() =>
        write(async (open) => {
          const seq = open.state.nextSeq;
          await open.append(encodeBatch(results), results.length).catch((error: unknown) => {
            refused = error instanceof AppError && error.code === 'no_space';
            throw error;
          });
          refused = false;
          const events = results.map((result, index) => toEvent(result, probeId, seq + index));
          endSeq = seq + events.length;
          appended += events.length;
          recent.add(events);
          arrivals.wake();
          return events;
        }),
      );
    },
    async read(partition, from, { maxEvents, waitMs }) {
      demand(partition);
      if (from > BigInt(endSeq)) throw beyondEnd(directory, from, endSeq);
      const found = await take(Number(from), maxEvents);
      if (found.events.length > 0 || waitMs <= 0) return found;
      const next = Number(found.nextOffset);
      if (next === endSeq) await arrivals.wait(waitMs);
      return running ? take(next, maxEvents) : found;
    },
    async endOffset(partition) {
      demand(partition);
      return BigInt(endSeq);
    },
    async startOffset(partition) {
      demand(partition);
      return BigInt(firstSeq);
    },
    commit: (partition, nextOffset) =>
      serial(async () => {
        demand(partition);
        const seq = Math.min(Number(nextOffset), endSeq);
        committedSeq = Math.max(committedSeq, seq);
        recent.dropBelow(committedSeq);
        try {
          await write(async (open) => {
            await open.removeBelow(committedSeq);
            firstSeq = open.firstSeq();
            await shrinkWhenEmpty(open, ROOMY_BYTES);
          });
        } catch (error) {
          // The lake has the events; the space is given back by the next commit, which covers this one.
          logger.warn({ err: error }, 'the event log could not give back space');
        }
      }),
    clear: () =>
      serial(async () => {
        demand(PARTITION);
        await write(async (open) => {
          await open.clear();
          firstSeq = endSeq;
          committedSeq = endSeq;
          recent.dropBelow(endSeq);
        });
        await giveBackSpace();
      }),
    stats: () => ({
      appended,
      nextSeq: endSeq,
      waiting: endSeq - Math.max(committedSeq, firstSeq),
      fileBytes: store?.fileBytes() ?? 0,
    }),
  };
}

/** The reader knows more than the log: going on would give numbers a second time, which the lake would drop. */
function beyondEnd(directory: string, from: Offset, endSeq: number): AppError {
  return new AppError(
    'conflict',
    `The event log in ${directory} ends at ${endSeq}, but was read up to ${from}: an older copy of it was put back. ` +
      'Move the folder away and start again; a new log with a new identity is begun.',
  );
}
