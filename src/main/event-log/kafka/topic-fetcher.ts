import { setTimeout as sleep } from 'node:timers/promises';
import type { Broker, Cluster, Kafka } from 'kafkajs';
import type { Clock } from '../../platform/clock';
import type { Logger } from '../../platform/logger';
import type { LogPlace, Offset } from '../event-log';
import { countingRecords, type FetchedPartition } from './fetched-records';
import { PartitionFeed } from './partition-feed';
import { decodeRecord } from './probe-event-record';
import { connectForReading, type ReadingCluster } from './reading-cluster';
import { recordIdentityOf } from './record-identity';
import { createRetryLoop, type LoopRun } from './retry-loop';

/** How long a broker holds a fetch for which there is nothing. */
const FETCH_WAIT_MS = 100;
/** Of one partition, compressed: some thousand records, ten times as many bytes once they are unpacked. */
const FETCH_BYTES = 65_536;
const READ_COMMITTED = 1;
/** How long a fetcher without partitions, or whose readers are behind, waits for one to change that. */
const IDLE_MS = 50;
const STOP_WITHIN_MS = 1_000;
/** A log that ends before a record that was read for so long is another one. A new leader may not know its end for a while. */
const ABSENT_MS = 15_000;

export interface TopicFetcherOptions {
  kafka: Kafka;
  topic: string;
  clock: Clock;
  logger: Logger;
  onConnected: () => void;
  onFailed: (error: unknown) => void;
  /** How long a log has to end before a record that was read to be taken for another one; 15 s by default. */
  absentMs?: number;
}

/**
 * Fetches partitions of one topic into their feeds, all partitions of a broker in one request, for as long as it runs: whatever
 * fails, it connects anew and goes on where the readers stand.
 */
export interface TopicFetcher {
  start(): void;
  /** Idempotent. */
  stop(): Promise<void>;
  /** Begins, or begins again, to feed a partition from `place` on. */
  feed(partition: number, place: LogPlace): PartitionFeed;
  feedOf(partition: number): PartitionFeed | null;
  drop(partition: number): void;
}

export function createTopicFetcher(options: TopicFetcherOptions): TopicFetcher {
  const { topic, clock, logger, absentMs = ABSENT_MS } = options;
  const feeds = new Map<number, PartitionFeed>();

  /** Feeds with room, by the broker that leads their partitions. */
  const wantedBy = (cluster: Cluster): Map<string, PartitionFeed[]> => {
    const wanted = [...feeds.values()].filter((feed) => feed.hasRoom);
    const leaders = cluster.findLeaderForPartitions(
      topic,
      wanted.map(({ partition }) => partition),
    );
    const led = Object.values(leaders).flat();
    const strange = wanted.find(({ partition }) => !led.includes(partition));
    // kafkajs leaves out what its picture of the cluster lacks. A new connection has a new picture.
    if (strange !== undefined)
      throw new Error(`no broker is known for partition ${strange.partition} of ${topic}`);
    const byBroker = new Map<string, PartitionFeed[]>();
    for (const [nodeId, partitions] of Object.entries(leaders)) {
      byBroker.set(
        nodeId,
        wanted.filter(({ partition }) => partitions.includes(partition)),
      );
    }
    return byBroker;
  };

  const fetchFrom = async (cluster: Cluster, nodeId: string, wanted: readonly PartitionFeed[]) => {
    const asked = new Map(wanted.map((feed) => [feed, feed.fetchOffset]));
    const broker: Broker = await cluster.findBroker({ nodeId });
    const { responses } = (await broker.fetch({
      isolationLevel: READ_COMMITTED,
      maxWaitTime: FETCH_WAIT_MS,
      minBytes: 1,
      maxBytes: 4 * FETCH_BYTES,
      topics: [
        {
          topic,
          partitions: wanted.map(({ partition, fetchOffset }) => ({
            partition,
            fetchOffset: fetchOffset.toString(),
            maxBytes: FETCH_BYTES,
          })),
        },
      ],
    })) as { responses: { partitions: FetchedPartition[] }[] };
    for (const fetched of responses.flatMap(({ partitions }) => partitions)) {
      const feed = feeds.get(fetched.partition);
      // A reader that began again meanwhile wants other records.
      if (feed === undefined || asked.get(feed) !== feed.fetchOffset) continue;
      await take(cluster, feed, fetched);
    }
  };

  const take = async (cluster: Cluster, feed: PartitionFeed, fetched: FetchedPartition): Promise<void> => {
    const highWatermark = BigInt(fetched.highWatermark);
    // An end that moves back is another log's.
    if (feed.highWatermark !== null && highWatermark < feed.highWatermark) {
      feed.restart();
      return;
    }
    feed.highWatermark = highWatermark;
    feed.heardMs = clock.monotonicMs();
    const expected = feed.expected;
    const { records, nextOffset } = countingRecords(fetched, feed.fetchOffset);
    if (nextOffset === null) {
      // The record that was to be seen again is beyond the end: a new leader may not know its end at once.
      if (expected === null || highWatermark > feed.fetchOffset) {
        feed.absentSinceMs = null;
        return;
      }
      feed.absentSinceMs ??= clock.monotonicMs();
      if (clock.monotonicMs() - feed.absentSinceMs >= absentMs) await outOfRange(cluster, feed);
      // Whoever does not know its end does not hold the fetch either.
      else await sleep(FETCH_WAIT_MS);
      return;
    }
    if (expected === null) {
      feed.push(records, nextOffset);
      return;
    }
    const [first] = records;
    if (first === undefined || BigInt(first.offset) !== expected.nextOffset - 1n) {
      feed.expected = null;
      feed.push(records, nextOffset);
      return;
    }
    const known = recordIdentityOf(first.value, decodeRecord(first.value));
    const { last } = expected;
    if (known.probe_id !== last?.probe_id || known.seq !== last.seq) {
      feed.jump('other_log', await firstOffset(cluster, feed.partition));
      return;
    }
    feed.expected = null;
    feed.push(records.slice(1), nextOffset);
  };

  /**
   * What was asked for is not there. What lay below the first offset was thrown away by retention; since that one never moves
   * back, anything else lay beyond the end, and a log whose end moved back is another one.
   */
  const outOfRange = async (cluster: Cluster, feed: PartitionFeed): Promise<void> => {
    const lowest = await firstOffset(cluster, feed.partition);
    logger.warn({ topic, partition: feed.partition, asked: `${feed.fetchOffset}` }, 'offset out of range');
    const wanted = feed.wantedOffset;
    if (feed.fetchOffset >= lowest) feed.jump('other_log', lowest);
    else if (wanted < lowest) feed.jump('lost', lowest);
    else {
      // Only the record that was to be seen again is gone.
      feed.expected = null;
      feed.fetchOffset = wanted;
    }
  };

  const firstOffset = async (cluster: Cluster, partition: number): Promise<Offset> => {
    const asked = { topic, partitions: [{ partition }], fromBeginning: true };
    const [found] = await cluster.fetchTopicsOffset([asked]);
    const offset = found?.partitions[0]?.offset;
    if (offset === undefined) throw new Error(`the broker gave no offset of partition ${partition}`);
    return BigInt(offset);
  };

  /** Reads until something fails or it is stopped. */
  const readOn = async ({ cluster }: ReadingCluster, run: LoopRun): Promise<void> => {
    const loops = new Map<string, Promise<void>>();
    const answered = new Set<string>();
    let isWorking = false;
    /** A connection alone says little, and so does one broker of several: records may be there that cannot be had. */
    const worksWith = (asked: Iterable<string>): void => {
      if (isWorking || [...asked].some((nodeId) => !answered.has(nodeId))) return;
      isWorking = true;
      options.onConnected();
      run.succeeded();
    };
    let failed: { error: unknown } | null = null;
    while (!run.isStopping && failed === null) {
      await cluster.refreshMetadataIfNecessary();
      const asked = wantedBy(cluster);
      worksWith(asked.keys());
      for (const [nodeId, wanted] of asked) {
        if (loops.has(nodeId) || wanted.length === 0) continue;
        const done = fetchFrom(cluster, nodeId, wanted)
          .then(() => void answered.add(nodeId))
          .catch(async (error: unknown) => {
            const feed = partitionOutOfRange(error);
            if (feed === null) throw error;
            await outOfRange(cluster, feed);
          })
          .catch((error: unknown) => {
            failed = { error };
          })
          .finally(() => {
            loops.delete(nodeId);
          });
        loops.set(nodeId, done);
      }
      // One that hangs must not hold up what has room again at the others.
      await Promise.race([...loops.values(), run.sleep(IDLE_MS)]);
    }
    await Promise.all(loops.values());
    if (failed !== null) throw (failed as { error: unknown }).error;
  };

  const partitionOutOfRange = (error: unknown): PartitionFeed | null => {
    const { name, partition } = error as { name?: string; partition?: number };
    return name === 'KafkaJSOffsetOutOfRange' && partition !== undefined
      ? (feeds.get(partition) ?? null)
      : null;
  };

  const loop = createRetryLoop({
    async attempt(run) {
      const reading = await connectForReading(options.kafka, topic);
      try {
        for (const feed of feeds.values()) feed.restart();
        await readOn(reading, run);
      } finally {
        await reading.disconnect();
      }
    },
    onFailed: options.onFailed,
  });

  return {
    start: () => loop.start(),
    async stop() {
      for (const feed of feeds.values()) feed.wake();
      await loop.stop(STOP_WITHIN_MS);
    },
    feed(partition, place) {
      feeds.get(partition)?.wake();
      const feed = new PartitionFeed(partition, place);
      feeds.set(partition, feed);
      loop.wake();
      return feed;
    },
    feedOf: (partition) => feeds.get(partition) ?? null,
    drop(partition) {
      feeds.get(partition)?.wake();
      feeds.delete(partition);
    },
  };
}
