import type { Admin, Cluster, Kafka } from 'kafkajs';
import type { KafkaSettings } from '../../../shared/domain/kafka-settings';
import type { Clock } from '../../platform/clock';
import type { Logger } from '../../platform/logger';
import { settleWithin } from '../../platform/settle-within';
import type { Offset } from '../event-log';
import { kafkaProblemOf } from './kafka-problem';
import { connectToCluster, type ReadingCluster } from './reading-cluster';
import { createRetryLoop, type LoopRun } from './retry-loop';
import { ensureTopic, type TopicShape } from './topic';

const LOOK_EVERY_MS = 5_000;
const STOP_WITHIN_MS = 1_000;

/** What a look at the cluster found. */
export interface ClusterView {
  shape: TopicShape;
  /** The first offset that is kept and the one behind the last, by partition. */
  offsets: ReadonlyMap<number, { low: Offset; high: Offset }>;
  /** How far the group says it is, by partition, and what its owner noted there. */
  committed: ReadonlyMap<number, { offset: Offset; metadata: string | null }>;
  /** Why the group did not say it this time: `committed` is as it was last heard. Null when it did. */
  groupProblem: unknown;
  atUs: number;
}

/** Keeps looking at topic and group, and makes the topic when it is not there. */
export interface ClusterWatch {
  start(): void;
  /** Idempotent. */
  stop(): Promise<void>;
  /** Looks again now, for whoever has a reason to. */
  lookAgain(): void;
  readonly view: ClusterView | null;
  /** The offsets of one partition as they are now. @throws when no broker answers */
  offsetsOf(partition: number): Promise<{ low: Offset; high: Offset }>;
  /** Throws all records of the topic away. @throws without the permission, or when no broker answers */
  deleteRecords(): Promise<void>;
}

export function createClusterWatch(options: {
  kafka: Kafka;
  settings: KafkaSettings;
  clock: Clock;
  logger: Logger;
  onLook: (view: ClusterView) => void;
  onFailed: (error: unknown) => void;
}): ClusterWatch {
  const { kafka, settings, clock, logger } = options;
  const { topic, group } = settings;
  let admin: Admin | null = null;
  let view: ClusterView | null = null;

  const offsetsIn = async (from: Admin): Promise<ClusterView['offsets']> => {
    const found = await from.fetchTopicOffsets(topic);
    return new Map(
      found.map(({ partition, low, high }) => [partition, { low: BigInt(low), high: BigInt(high) }]),
    );
  };

  const committedIn = async (from: Admin): Promise<ClusterView['committed']> => {
    const [found] = await from.fetchOffsets({ groupId: group, topics: [topic] });
    return new Map(
      (found?.partitions ?? [])
        .filter(({ offset }) => BigInt(offset) >= 0n)
        .map(({ partition, offset, metadata }) => [partition, { offset: BigInt(offset), metadata }]),
    );
  };

  /** kafkajs keeps to itself why it finds no coordinator. Any broker says whether we may see the group at all. */
  const refusalOfGroup = async (cluster: Cluster, problem: unknown): Promise<unknown> => {
    try {
      const broker = await cluster.findControllerBroker();
      const topics = [{ topic, partitions: [{ partition: 0, offset: '0' }] }];
      await broker.offsetFetch({ groupId: group, topics });
    } catch (error) {
      if (kafkaProblemOf(error).kind === 'permission') return error;
    }
    return problem;
  };

  const look = async (from: Admin, cluster: Cluster, run: LoopRun): Promise<void> => {
    const shape = await ensureTopic(from, cluster, settings);
    const offsets = await offsetsIn(from);
    let committed = view?.committed ?? new Map();
    let groupProblem: unknown = null;
    try {
      committed = await committedIn(from);
    } catch (error) {
      // Mostly for the eye: a prober may lack the permission to see the group.
      groupProblem = await refusalOfGroup(cluster, error);
    }
    view = { shape, offsets, committed, groupProblem, atUs: clock.nowUs() };
    if (!run.isStopping) options.onLook(view);
  };

  const loop = createRetryLoop({
    async attempt(run) {
      const own = kafka.admin();
      let reading: ReadingCluster | null = null;
      try {
        await own.connect();
        reading = await connectToCluster(kafka);
        admin = own;
        while (!run.isStopping) {
          await look(own, reading.cluster, run);
          run.succeeded();
          await run.sleep(LOOK_EVERY_MS);
        }
      } finally {
        if (admin === own) admin = null;
        await settleWithin(Promise.all([own.disconnect(), reading?.disconnect()]), STOP_WITHIN_MS);
      }
    },
    onFailed: options.onFailed,
  });

  const connected = (): Admin => {
    if (admin === null) throw new Error('not connected to the cluster');
    return admin;
  };

  return {
    start: () => loop.start(),
    async stop() {
      const isEnded = await loop.stop(STOP_WITHIN_MS);
      if (!isEnded) logger.debug('the look at the cluster was left to end by itself');
    },
    lookAgain: () => loop.wake(),
    get view() {
      return view;
    },
    async offsetsOf(partition) {
      const found = (await offsetsIn(connected())).get(partition);
      if (found === undefined) throw new Error(`the topic ${topic} has no partition ${partition}`);
      return found;
    },
    async deleteRecords() {
      const offsets = await offsetsIn(connected());
      await connected().deleteTopicRecords({
        topic,
        partitions: [...offsets].map(([partition, { high }]) => ({ partition, offset: high.toString() })),
      });
    },
  };
}
