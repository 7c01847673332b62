import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../../shared/contract/app-error';
import { settleWithin } from '../../platform/settle-within';
import type { LogBatch, Offset } from '../event-log';
import { createBacklogAge } from './backlog-age';
import { type ClusterWatch, createClusterWatch } from './cluster-watch';
import { createForwarder, type Forwarder } from './forwarder';
import { createGroupMember, type GroupMember } from './group-member';
import type { ClusterPart, KafkaTopic, KafkaTopicOptions } from './kafka-topic';
import { createPartitionCount } from './partition-count';
import { partitionsToNote } from './partition-note';
import { createPlacing } from './placing';
import { createRecordReader } from './record-reader';
import { createTopicFetcher, type TopicFetcher } from './topic-fetcher';
import { TopicPlaces } from './topic-places';

/** How long a reader that cannot know yet whether it is at the end waits to know it, and how often it looks. */
const UNKNOWN_END_MS = 1_000;
const LOOK_MS = 10;
const ASK_AGAIN_MS = 200;
const LOOK_SOON_MS = 1_000;
/** A broker answers a fetch within a tenth of this. When it has said nothing for so long, nobody knows where the log ends. */
const HEARD_WITHIN_MS = 3_000;
const STOP_SHIPPING_MS = 1_000;
/** However a send goes, it has ended after this: a batch that came behind what is cleared would not be cleared. */
const SEND_ENDS_WITHIN_MS = 20_000;
const STOP_TELLING_MS = 300;

export function createKafkaTopic(options: KafkaTopicOptions): KafkaTopic {
  const { kafka, settings, backlog, clock, logger } = options;
  const { topic } = settings;
  let running = false;
  let joins = false;
  let isClearing = false;
  let isShipping = false;
  const backlogAge = createBacklogAge(backlog, logger);
  /** Of the last stop: whoever stops or starts again waits for it. */
  let stopped: Promise<void> = Promise.resolve();
  let assigned: readonly number[] | null = null;
  const count = createPartitionCount(options.partitions);
  const places = new TopicPlaces();
  /** The last word to the group, on its way. */
  let telling: Promise<void> = Promise.resolve();

  const watch: ClusterWatch = createClusterWatch({
    kafka,
    settings,
    clock,
    logger,
    onLook(view) {
      const unknown = count.hear(view);
      if (unknown !== null) {
        options.onFailed('topic', unknown.untold);
        void sleep(LOOK_SOON_MS).then(() => watch.lookAgain());
        return;
      }
      const needed = count.value ?? 0;
      if (view.shape.partitions < needed) {
        options.onFailed('topic', tooFewPartitions(topic, view.shape.partitions, needed));
        return;
      }
      options.onConnected('topic');
      void startShipping();
      startReading();
    },
    onFailed: (error) => options.onFailed('topic', error),
  });
  const startShipping = async (): Promise<void> => {
    const hasBacklog = (await backlog.endOffset(0)) > (await backlog.resume(0, null, {}));
    // What waits now is part of what is cleared.
    if (running && !isClearing && (options.ships !== false || hasBacklog)) shipFrom(0n);
  };
  const shipFrom = (offset: Offset): void => {
    isShipping = true;
    forwarder.start(offset);
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
      for (const [partition, end] of acknowledged) places.raiseEnd(partition, end);
      return options.onShipped(nextOffset);
    },
    onConnected: () => options.onConnected('shipping'),
    onFailed: failed('shipping'),
  });
  const fetcher: TopicFetcher = createTopicFetcher({
    kafka,
    topic,
    clock,
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
      assigned = partitions.filter((partition) => partition < (count.value ?? 0));
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
    places.forget(partition);
  };

  const placeOf = createPlacing(() => count.value ?? 1);
  const records = createRecordReader({ clock, placeOf });

  const isShipped = async (): Promise<boolean> =>
    options.ships === false || forwarder.stats().nextOffset >= (await backlog.endOffset(0));

  /** Whether the reader has seen everything that was there when this was asked. */
  const isAtEnd = async (partition: number, nextOffset: Offset): Promise<boolean> => {
    if (!running) return true;
    const feed = fetcher.feedOf(partition);
    const high = feed?.highWatermark ?? null;
    if (feed === null || high === null || clock.monotonicMs() - feed.heardMs > HEARD_WITHIN_MS) return false;
    if (!(await isShipped())) return false;
    return nextOffset >= high && nextOffset >= places.endOf(partition);
  };

  const isOurs = (partition: number): boolean => assigned?.includes(partition) === true;

  const take = async (partition: number, from: Offset, maxEvents: number): Promise<LogBatch> => {
    // Its job is about to be dropped: what it would fetch is for nobody.
    if (!isOurs(partition)) return { events: [], nextOffset: from, atEnd: false };
    let feed = fetcher.feedOf(partition);
    if (feed === null || feed.nextOffset !== from) {
      feed = fetcher.feed(partition, { nextOffset: from, last: null });
    }
    const taken = feed.take(maxEvents);
    const { events, refused, offsetOf, last } = records.read(partition, taken);
    if (taken.records.length > 0) feed.remember(last);
    const { nextOffset } = taken;
    // How far the former log went says nothing about this one.
    if (taken.breach?.kind === 'other_log') places.empty(partition, taken.breach.to);
    if (feed.highWatermark !== null) places.raiseEnd(partition, feed.highWatermark);
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
        await sleep(ASK_AGAIN_MS);
      }
    }
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
      return count.value;
    },
    get view() {
      return watch.view;
    },
    get shipping() {
      const stats = forwarder.stats();
      return { ...stats, oldestUs: isShipping ? stats.oldestUs : backlogAge.oldestUs() };
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
          return feed === null || feed.nextOffset >= places.endOf(partition);
        });
      while (running && clock.monotonicMs() - startedMs < ms) {
        if ((await isShipped()) && isRead()) return;
        await sleep(LOOK_MS);
      }
    },
    stop() {
      if (!running) return stopped;
      running = false;
      isShipping = false;
      assigned = null;
      const leave = settleWithin(telling, STOP_TELLING_MS).then(() => member.stop());
      const parts = [forwarder.stop(STOP_SHIPPING_MS), leave, fetcher.stop(), watch.stop()];
      stopped = Promise.all(parts).then(() => undefined);
      return stopped;
    },
    async resume(partition, place) {
      const from = place ?? { nextOffset: await firstOffset(partition), last: null };
      if (isOurs(partition)) {
        fetcher.feed(partition, from);
        places.commit(partition, from.nextOffset);
      }
      return from.nextOffset;
    },
    async read(partition, from, { maxEvents, waitMs }) {
      if (isOurs(partition)) places.begin(partition, from);
      const startedMs = clock.monotonicMs();
      for (;;) {
        const found = await take(partition, from, maxEvents);
        const leftMs =
          (found.atEnd ? waitMs : Math.max(waitMs, UNKNOWN_END_MS)) - (clock.monotonicMs() - startedMs);
        if (!running) return { ...found, atEnd: true };
        if (!isEmpty(found) || found.nextOffset !== from || leftMs <= 0) return found;
        await (fetcher.feedOf(partition)?.wait(found.atEnd ? leftMs : LOOK_MS) ?? sleep(LOOK_MS));
      }
    },
    async commit(partition, nextOffset) {
      if (isOurs(partition)) places.commit(partition, nextOffset);
      // A broker that hangs must hold up no flush.
      telling = member.commit(partition, nextOffset, partitionsToNote(count.value ?? 0));
    },
    endOffset: async (partition) => (await watch.offsetsOf(partition)).high,
    startOffset: async (partition) => (await watch.offsetsOf(partition)).low,
    placeOf(partition) {
      const feed = fetcher.feedOf(partition);
      const seen = watch.view?.offsets.get(partition)?.high ?? null;
      const known = places.endOf(partition);
      const end = known > (seen ?? 0n) ? known : seen;
      return { next: feed?.nextOffset ?? watch.view?.committed.get(partition)?.offset ?? null, end };
    },
    uncommitted: () => places.uncommitted(),
    async clear() {
      isClearing = true;
      isShipping = false;
      try {
        if (!(await forwarder.stop(SEND_ENDS_WITHIN_MS))) throw stillSending(topic);
        await watch.deleteRecords();
        for (const partition of assigned ?? []) {
          const { high } = await watch.offsetsOf(partition);
          places.empty(partition, high);
          fetcher.drop(partition);
        }
        if (running) shipFrom(await backlog.endOffset(0));
      } finally {
        isClearing = false;
      }
    },
  };
}

function tooFewPartitions(topic: string, found: number, needed: number): AppError {
  return new AppError(
    'conflict',
    `The topic ${topic} has ${found} partitions, but the lake counts on ${needed}: add partitions to the topic, or choose another topic or lake.`,
    { field: 'kafka.topic' },
  );
}

function stillSending(topic: string): AppError {
  return new AppError(
    'unavailable',
    `A batch is still on its way to the topic ${topic}, and no broker answers. Nothing was cleared: try again when Kafka is connected.`,
    { domain: 'external', retry: 'backoff' },
  );
}
