import type { Admin, BrokerMetadata, Cluster, ITopicConfig } from 'kafkajs';
import type { KafkaSettings } from '../../../shared/domain/kafka-settings';
import { kafkaProblemOf } from './kafka-problem';

/** Two must have a record before it counts as acknowledged, where there are three copies. */
const SAFE_COPIES = 3;

/** The topic as it stands. */
export interface TopicShape {
  partitions: number;
  replication: number;
  clusterId: string;
}

/**
 * The topic as it stands now. No other topic is asked for: one without a leader would spoil the answer.
 * @throws what kafkajs throws: no broker, no topic, a partition without a leader
 */
export async function describeTopic(cluster: Cluster, topic: string): Promise<TopicShape> {
  await cluster.addMultipleTargetTopics([topic]);
  await cluster.refreshMetadata();
  const broker = await cluster.findControllerBroker();
  // kafkajs declares no cluster id, and hands it on as the broker gives it.
  const told: BrokerMetadata & { clusterId?: string | null } = await broker.metadata([topic]);
  const partitions = told.topicMetadata[0]?.partitionMetadata ?? [];
  const replicas = partitions.map(({ replicas: copies }) => copies.length);
  const replication = Math.min(...replicas);
  return { partitions: partitions.length, replication, clusterId: told.clusterId ?? 'unknown' };
}

/**
 * The topic of the settings, made when it is not there.
 * @throws what kafkajs throws: no broker, no permission, too few brokers for the replication asked for
 */
export async function ensureTopic(
  admin: Admin,
  cluster: Cluster,
  settings: KafkaSettings,
): Promise<TopicShape> {
  const { topic } = settings;
  try {
    return await describeTopic(cluster, topic);
  } catch (error) {
    if (kafkaProblemOf(error).kind !== 'topic_missing') throw error;
  }
  // False: somebody else made it in this very moment.
  await admin.createTopics({ topics: [topicOf(settings)], waitForLeaders: true });
  return describeTopic(cluster, topic);
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
