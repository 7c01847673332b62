import { type Kafka, type Message, Partitioners, type Producer } from 'kafkajs';
import type { ProbeEvent } from '../../../shared/domain/probe-event';
import type { Clock } from '../../platform/clock';
import type { Logger } from '../../platform/logger';
import type { EventReader, Offset } from '../event-log';
import { sendAcknowledged } from './acknowledged-send';
import { oneTopicClient } from './one-topic-client';
import { encodeRecord } from './probe-event-record';
import { createRetryLoop, type LoopRun } from './retry-loop';

const BATCH_EVENTS = 4_000;
const GROWTH_EVENTS = 40;
const READ_WAIT_MS = 250;
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 1_000;

export interface ForwarderOptions {
  kafka: Kafka;
  topic: string;
  /** What is to be shipped, in order; offsets are those of its only partition. */
  backlog: EventReader;
  /** The partition of the topic for a target. @throws while the partitions are not known */
  partitionOf: (targetId: string) => number;
  clock: Clock;
  logger: Logger;
  /**
   * Everything of the backlog below the offset is acknowledged by the cluster.
   * @param ends by partition of the topic: the offset behind the last record that was acknowledged just now
   */
  onShipped: (nextOffset: Offset, ends: ReadonlyMap<number, Offset>) => Promise<void>;
  onConnected: () => void;
  onFailed: (error: unknown) => void;
}

export interface ForwarderStats {
  shipped: number;
  /** The first offset that is not acknowledged. */
  nextOffset: Offset;
  /** Due instant of the oldest event under way, µs; null when nothing is. */
  oldestUs: number | null;
  lastAckUs: number | null;
  /** Mean size of a shipped record, bytes. */
  meanBytes: number;
}

/**
 * Ships the embedded log to the topic: in order, one batch at a time, and goes on only when all of it is acknowledged. A batch
 * whose acknowledgement got lost is sent again; readers tell the second copy by its number.
 */
export interface Forwarder {
  /** @param from the first offset to ship */
  start(from: Offset): void;
  /** Ends after the batch under way, which it waits for up to `waitMs`. Idempotent. @returns whether that ended */
  stop(waitMs: number): Promise<boolean>;
  stats(): ForwarderStats;
}

/** How far one run has shipped. */
interface Shipping {
  nextOffset: Offset;
}

export function createForwarder(options: ForwarderOptions): Forwarder {
  const { topic, backlog, clock, logger } = options;
  const kafka = oneTopicClient(options.kafka, topic);
  /** Of the run that was started last. */
  let shipping: Shipping | null = null;
  let nextOffset: Offset = 0n;
  let oldestUs: number | null = null;
  let lastAckUs: number | null = null;
  let shipped = 0;
  let bytes = 0;
  let batchEvents = BATCH_EVENTS;
  /** Something failed, and nothing was acknowledged since: a mere connection mends nothing. */
  let isFailing = false;

  const messagesOf = (events: readonly ProbeEvent[]): Message[] =>
    events.map((event) => ({ ...encodeRecord(event), partition: options.partitionOf(event.target_id) }));

  const shipOn = async (producer: Producer, own: Shipping, run: LoopRun): Promise<void> => {
    const known = new Map<number, Offset>();
    while (!run.isStopping) {
      const limits = { maxEvents: batchEvents, waitMs: READ_WAIT_MS };
      const batch = await backlog.read(0, own.nextOffset, limits);
      oldestUs = batch.events[0]?.timestamp ?? null;
      let ends: ReadonlyMap<number, Offset> = new Map();
      if (batch.events.length > 0) {
        const messages = messagesOf(batch.events);
        ends = await sendAcknowledged(producer, topic, messages, known);
        isFailing = false;
        options.onConnected();
        // Small batches were for what the broker found too large: slowly back, since it may find the next ones so as well.
        batchEvents = Math.min(BATCH_EVENTS, batchEvents + GROWTH_EVENTS);
        shipped += batch.events.length;
        for (const { value } of messages) bytes += value?.length ?? 0;
        lastAckUs = clock.nowUs();
      } else if (isFailing) {
        isFailing = false;
        options.onConnected();
      }
      if (batch.nextOffset === own.nextOffset) continue;
      own.nextOffset = batch.nextOffset;
      if (shipping === own) nextOffset = batch.nextOffset;
      oldestUs = null;
      await options.onShipped(batch.nextOffset, ends);
    }
  };

  const loop = createRetryLoop<Shipping>({
    async attempt(run, own) {
      // A new producer after every failure: the numbers of an idempotent one hold for the batches that it began.
      const producer = kafka.producer({
        idempotent: true,
        maxInFlightRequests: 1,
        allowAutoTopicCreation: false,
        createPartitioner: Partitioners.DefaultPartitioner,
        retry: { initialRetryTime: FIRST_RETRY_MS, maxRetryTime: LAST_RETRY_MS, retries: 3 },
      });
      try {
        // Where nobody can be reached, how long the oldest has waited is all the more of interest.
        const { events } = await backlog.read(0, own.nextOffset, { maxEvents: 1, waitMs: 0 });
        oldestUs = events[0]?.timestamp ?? null;
        await producer.connect();
        if (!isFailing) options.onConnected();
        run.succeeded();
        await shipOn(producer, own, run);
      } catch (error) {
        if (!isTooLarge(error) || batchEvents === 1) {
          isFailing = true;
          throw error;
        }
        batchEvents = Math.ceil(batchEvents / 4);
      } finally {
        await producer.disconnect().catch((error: unknown) => logger.debug({ err: error }, 'disconnecting'));
      }
    },
    onFailed: options.onFailed,
  });

  return {
    start(from) {
      if (shipping !== null) return;
      nextOffset = from;
      shipping = { nextOffset: from };
      loop.start(shipping);
    },
    async stop(waitMs) {
      const own = shipping;
      const isEnded = await loop.stop(waitMs);
      if (shipping === own) shipping = null;
      return isEnded;
    },
    stats: () => ({
      shipped,
      nextOffset,
      oldestUs,
      lastAckUs,
      meanBytes: shipped === 0 ? 0 : bytes / shipped,
    }),
  };
}

/** The broker takes smaller batches only (`max.message.bytes`). */
function isTooLarge(error: unknown): boolean {
  const { type, cause } = error as { type?: string; cause?: { type?: string } };
  const code = type ?? cause?.type;
  return code === 'MESSAGE_TOO_LARGE' || code === 'RECORD_LIST_TOO_LARGE';
}
