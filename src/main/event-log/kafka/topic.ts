import type { Admin, ITopicConfig } from 'kafkajs';
import type { KafkaSettings } from '../../../shared/domain/kafka-settings';

/** Two must have a record before it counts as acknowledged, where there are three copies. */
const SAFE_COPIES = 3;

/** The topic as it stands. */
export interface TopicShape {
  partitions: number;
  replication: number;
  clusterId: string;
}

/**
 * The topic of the settings, made when it is not there.
 * @throws what kafkajs throws: no broker, no permission, too few brokers for the replication asked for
 */
export async function ensureTopic(admin: Admin, settings: KafkaSettings): Promise<TopicShape> {
  const { topic } = settings;
  const existing = await admin.listTopics();
  if (!existing.includes(topic)) {
    // False: somebody else made it in this very moment.
    await admin.createTopics({ topics: [topicOf(settings)], waitForLeaders: true });
  }
  const { clusterId } = await admin.describeCluster();
  const [found] = (await admin.fetchTopicMetadata({ topics: [topic] })).topics;
  if (found === undefined) throw new Error(`the topic ${topic} was made and is not there`);
  const replicas = found.partitions.map(({ replicas: copies }) => copies.length);
  return { partitions: found.partitions.length, replication: Math.min(...replicas), clusterId };
}

function topicOf({ topic, partitions, replication }: KafkaSettings): ITopicConfig {
  return {
    topic,
    numPartitions: partitions,
    replicationFactor: replication,
    configEntries: [
      { name: 'min.insync.replicas', value: replication >= SAFE_COPIES ? '2' : '1' },
      // The broker's clock says when a record came in: a producer whose clock is wrong cannot move the watermark ahead.
      { name: 'message.timestamp.type', value: 'LogAppendTime' },
      // Whatever a foreign producer compresses with, every reader can read.
      { name: 'compression.type', value: 'gzip' },
    ],
  };
}
