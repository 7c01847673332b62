import type { Kafka } from 'kafkajs';
import { AppError } from '../../../shared/contract/app-error';
import type { KafkaSettings } from '../../../shared/domain/kafka-settings';
import type { Clock } from '../../platform/clock';
import type { Logger } from '../../platform/logger';
import type { EventReader, LogBatch, Offset } from '../event-log';
import { type ClusterView, type ClusterWatch, createClusterWatch } from './cluster-watch';
import { createForwarder, type Forwarder, type ForwarderStats } from './forwarder';
import { createGroupMember, type GroupMember } from './group-member';
import { partitionsNoted, partitionsToNote } from './partition-note';
import { createPlacing } from './placing';
import { createRecordReader } from './record-reader';
import { createTopicFetcher, type TopicFetcher } from './topic-fetcher';

/** How long a reader that cannot know yet whether it is at the end waits to know it, and how often it looks. */
const UNKNOWN_END_MS = 1_000;
const LOOK_MS = 10;
const ASK_AGAIN_MS = 200;
const STOP_SHIPPING_MS = 1_500;

/** What talks to the cluster, each by connections of its own. */
export type ClusterPart = 'topic' | 'shipping' | 'reading' | 'group';

export interface KafkaTopicOptions {
  kafka: Kafka;
  settings: KafkaSettings;
  /** The own events that are to be shipped, in order. */
  backlog: EventReader & { endOffset(partition: number): Promise<Offset> };
  /** Partitions that the lake counts on; null where there is no lake: then the group knows, or the topic as it was made. */
  partitions: number | null;
  /** False: nothing is measured here; only what an earlier run has left is shipped. */
  ships?: boolean;
  clock: Clock;
  logger: Logger;
  /** Everything of the backlog below the offset is acknowledged by the cluster. */
  onShipped: (nextOffset: Offset) => Promise<void>;
  /** Which partitions are ours changed, or was confirmed after a rebalance. */
  onAssigned: () => void;
  /** The coordinator answered just now: what is assigned is still ours. */
  onConfirmed: () => void;
  onConnected: (part: ClusterPart) => void;
  onFailed: (part: ClusterPart, error: unknown) => void;
}

/**
 * The topic of a cluster: own events are shipped to it, and the partitions that the group gives to this process are read from
 * it. Whatever the cluster does, it goes on by itself; `onFailed` only tells.
 */
export interface KafkaTopic extends EventReader {
  /** Returns at once; connecting goes on beside. */
  start(): Promise<void>;
  /** Joins the group: from the next look at the cluster on, partitions are assigned and can be read. Idempotent. */
  join(): void;
  /**
   * Waits until what was appended so far is acknowledged and, as far as it comes back to this process, read; not longer than `ms`.
   */
  settle(ms: number): Promise<void>;
  /** Idempotent. */
  stop(): Promise<void>;
  /** The group's word; null before the first. */
  readonly assigned: readonly number[] | null;
  /** How many partitions records are spread over; null before the cluster was seen. */
  readonly partitionCount: number | null;
  readonly view: ClusterView | null;
  readonly shipping: ForwarderStats;
  endOffset(partition: number): Promise<Offset>;
  startOffset(partition: number): Promise<Offset>;
  /** The next offset that is read, by this process or as its owner last told the group, and the end as last heard. */
  placeOf(partition: number): { next: Offset | null; end: Offset | null };
  /** Read and not committed, or not even read yet, of the partitions that are read here. */
  uncommitted(): number;
  /** Throws away all records of the topic. */
  clear(): Promise<void>;
}

export function createKafkaTopic(options: KafkaTopicOptions): KafkaTopic {
  const { kafka, settings, backlog, clock, logger } = options;
  const { topic } = settings;
  let running = false;
  let joins = false;
  let waitingSinceUs: number | null = null;
  /** Of the last stop: whoever stops or starts again waits for it. */
  let stopped: Promise<void> = Promise.resolve();
  let assigned: readonly number[] | null = null;
  let count: number | null = options.partitions;
  /** Behind the last record that is known to be there, and up to where the lake is, by partition. */
  const ends = new Map<number, Offset>();
  const committed = new Map<number, Offset>();

  const watch: ClusterWatch = createClusterWatch({
    kafka,
    settings,
    clock,
    logger,
    onLook(view) {
      // Without a lake the aggregators' word counts, also when it changes: the lake was repartitioned.
      if (options.partitions === null) count = partitionsNoted(view) ?? count;
      count ??= view.shape.partitions;
      if (view.shape.partitions < count) {
        options.onFailed('topic', tooFewPartitions(topic, view.shape.partitions, count));
        return;
      }
      options.onConnected('topic');
      waitingSinceUs = null;
      void startShipping();
      startReading();
    },
    onFailed(error) {
      options.onFailed('topic', error);
      lookAtBacklog().catch((failure: unknown) => logger.debug({ err: failure }, 'looking at the backlog'));
    },
  });
  const startShipping = async (): Promise<void> => {
    const hasBacklog = (await backlog.endOffset(0)) > (await backlog.resume(0, null, {}));
    if (running && (options.ships !== false || hasBacklog)) forwarder.start(0n);
  };
  const startReading = (): void => {
    if (!joins || !running || watch.view === null) return;
    fetcher.start();
    member.start();
  };
  const failed =
    (part: ClusterPart) =>
    (error: unknown): void => {
      options.onFailed(part, error);
      // It may be the topic that is gone: the look makes it anew.
      watch.lookAgain();
    };
  const forwarder: Forwarder = createForwarder({
    kafka,
    topic,
    backlog,
    clock,
    logger,
    partitionOf: (targetId) => placeOf(targetId),
    onShipped(nextOffset, acknowledged) {
      for (const [partition, end] of acknowledged) raise(ends, partition, end);
      return options.onShipped(nextOffset);
    },
    onConnected: () => options.onConnected('shipping'),
    onFailed: failed('shipping'),
  });
  const fetcher: TopicFetcher = createTopicFetcher({
    kafka,
    topic,
    logger,
    onConnected: () => options.onConnected('reading'),
    onFailed: failed('reading'),
  });
  const member: GroupMember = createGroupMember({
    kafka,
    topic,
    group: settings.group,
    sessionTimeoutMs: settings.sessionTimeoutMs,
    logger,
    onAssigned(partitions) {
      options.onConnected('group');
      const before = assigned ?? [];
      assigned = partitions.filter((partition) => partition < (count ?? 0));
      for (const partition of before) if (!assigned.includes(partition)) forget(partition);
      options.onAssigned();
    },
    onHeartbeat() {
      options.onConnected('group');
      options.onConfirmed();
    },
    onFailed: failed('group'),
  });

  const forget = (partition: number): void => {
    fetcher.drop(partition);
    ends.delete(partition);
    committed.delete(partition);
  };

  const placeOf = createPlacing(() => count ?? 1);
  const records = createRecordReader({ clock, placeOf });

  const isShipped = async (): Promise<boolean> =>
    options.ships === false || forwarder.stats().nextOffset >= (await backlog.endOffset(0));

  /** Whether the reader has seen everything that was there when this was asked. */
  const isAtEnd = async (partition: number, nextOffset: Offset): Promise<boolean> => {
    if (!running) return true;
    const high = fetcher.feedOf(partition)?.highWatermark ?? null;
    if (high === null || !(await isShipped())) return false;
    return nextOffset >= high && nextOffset >= (ends.get(partition) ?? 0n);
  };

  const take = async (partition: number, from: Offset, maxEvents: number): Promise<LogBatch> => {
    let feed = fetcher.feedOf(partition);
    if (feed === null || feed.nextOffset !== from) {
      feed = fetcher.feed(partition, { nextOffset: from, last: null });
    }
    const taken = feed.take(maxEvents);
    const { events, refused, offsetOf, last } = records.read(partition, taken);
    if (taken.records.length > 0) feed.remember(last);
    const { nextOffset } = taken;
    if (feed.highWatermark !== null) raise(ends, partition, feed.highWatermark);
    const atEnd = feed.isEmpty && (await isAtEnd(partition, nextOffset));
    return {
      events,
      nextOffset,
      atEnd,
      ...(events.length === 0 ? {} : { offsetOf }),
      ...(last === null ? {} : { last }),
      ...(refused.length === 0 ? {} : { refused }),
      ...(taken.breach === null ? {} : { breach: taken.breach }),
    };
  };

  /** Asked until a broker answers: one that is just not the leader any more is no reason to stop. */
  const firstOffset = async (partition: number): Promise<Offset> => {
    for (;;) {
      try {
        return (await watch.offsetsOf(partition)).low;
      } catch (error) {
        if (!running) throw error;
        logger.debug({ err: error, partition }, 'the first offset could not be asked for');
        await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
      }
    }
  };

  /** The due instant of the first event that waits, for when there is nobody to ship it to. */
  const lookAtBacklog = async (): Promise<void> => {
    const from = await backlog.resume(0, null, {});
    const { events } = await backlog.read(0, from, { maxEvents: 1, waitMs: 0 });
    waitingSinceUs = events[0]?.timestamp ?? null;
  };

  const isEmpty = (batch: LogBatch): boolean =>
    batch.events.length === 0 && batch.refused === undefined && batch.breach === undefined;

  return {
    get source() {
      return `kafka:${watch.view?.shape.clusterId ?? 'unknown'}:${topic}`;
    },
    get partitions() {
      return assigned ?? [];
    },
    get assigned() {
      return assigned;
    },
    get partitionCount() {
      return count;
    },
    get view() {
      return watch.view;
    },
    get shipping() {
      const stats = forwarder.stats();
      return { ...stats, oldestUs: stats.oldestUs ?? waitingSinceUs };
    },
    async start() {
      await stopped;
      if (running) return;
      running = true;
      watch.start();
    },
    join() {
      joins = true;
      startReading();
    },
    async settle(ms) {
      const startedMs = clock.monotonicMs();
      const isRead = (): boolean =>
        (assigned ?? []).every((partition) => {
          const feed = fetcher.feedOf(partition);
          return feed === null || feed.nextOffset >= (ends.get(partition) ?? 0n);
        });
      while (running && clock.monotonicMs() - startedMs < ms) {
        if ((await isShipped()) && isRead()) return;
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      }
    },
    stop() {
      if (!running) return stopped;
      running = false;
      assigned = null;
      const parts = [forwarder.stop(STOP_SHIPPING_MS), member.stop(), fetcher.stop(), watch.stop()];
      stopped = Promise.all(parts).then(() => undefined);
      return stopped;
    },
    async resume(partition, place) {
      const from = place ?? { nextOffset: await firstOffset(partition), last: null };
      fetcher.feed(partition, from);
      committed.set(partition, from.nextOffset);
      return from.nextOffset;
    },
    async read(partition, from, { maxEvents, waitMs }) {
      if (!committed.has(partition)) committed.set(partition, from);
      const startedMs = clock.monotonicMs();
      for (;;) {
        const found = await take(partition, from, maxEvents);
        const leftMs =
          (found.atEnd ? waitMs : Math.max(waitMs, UNKNOWN_END_MS)) - (clock.monotonicMs() - startedMs);
        if (!running) return { ...found, atEnd: true };
        if (!isEmpty(found) || found.nextOffset !== from || leftMs <= 0) return found;
        await fetcher.feedOf(partition)?.wait(found.atEnd ? leftMs : LOOK_MS);
      }
    },
    async commit(partition, nextOffset) {
      committed.set(partition, nextOffset);
      await member.commit(partition, nextOffset, partitionsToNote(count ?? 0));
    },
    endOffset: async (partition) => (await watch.offsetsOf(partition)).high,
    startOffset: async (partition) => (await watch.offsetsOf(partition)).low,
    placeOf(partition) {
      const feed = fetcher.feedOf(partition);
      const seen = watch.view?.offsets.get(partition)?.high ?? null;
      const known = ends.get(partition) ?? null;
      const end = known !== null && (seen === null || known > seen) ? known : seen;
      return { next: feed?.nextOffset ?? watch.view?.committed.get(partition)?.offset ?? null, end };
    },
    uncommitted() {
      let sum = 0n;
      for (const [partition, end] of ends) {
        const done = committed.get(partition);
        if (done !== undefined && end > done) sum += end - done;
      }
      return Number(sum);
    },
    async clear() {
      await forwarder.stop(STOP_SHIPPING_MS);
      await watch.deleteRecords();
      for (const partition of assigned ?? []) {
        const { high } = await watch.offsetsOf(partition);
        ends.set(partition, high);
        committed.set(partition, high);
        fetcher.drop(partition);
      }
      if (running) forwarder.start(await backlog.endOffset(0));
    },
  };
}

function raise(offsets: Map<number, Offset>, partition: number, to: Offset): void {
  if (to > (offsets.get(partition) ?? 0n)) offsets.set(partition, to);
}

function tooFewPartitions(topic: string, found: number, needed: number): AppError {
  return new AppError(
    'conflict',
    `The topic ${topic} has ${found} partitions, but the lake counts on ${needed}: add partitions to the topic, or choose another topic or lake.`,
    { field: 'kafka.topic' },
  );
}
