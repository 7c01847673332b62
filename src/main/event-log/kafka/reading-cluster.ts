import { type Cluster, type Kafka, PartitionAssigners } from 'kafkajs';

/** A connection to the cluster by which partitions can be read by offset, whatever the group does. */
export interface ReadingCluster {
  readonly cluster: Cluster;
  disconnect(): Promise<void>;
}

/**
 * kafkajs reads through consumers that follow their group's committed offsets. Here the lake's checkpoint says where to read,
 * and reading must not end with a session: so the cluster is taken from where kafkajs hands it out (to the assigners of
 * a consumer, which joins no group before it runs).
 * @throws what kafkajs throws when no broker can be reached
 */
export async function connectToCluster(kafka: Kafka): Promise<ReadingCluster> {
  let found: Cluster | null = null;
  const consumer = kafka.consumer({
    groupId: 'reader-of-no-group',
    allowAutoTopicCreation: false,
    partitionAssigners: [
      (config) => {
        found = config.cluster;
        return PartitionAssigners.roundRobin(config);
      },
    ],
  });
  const disconnect = (): Promise<void> => consumer.disconnect().catch(() => undefined);
  try {
    await consumer.connect();
    const cluster = found as Cluster | null;
    if (cluster === null)
      throw new Error('kafkajs asked its assigners for nothing: report this with its version');
    return { cluster, disconnect };
  } catch (error) {
    await disconnect();
    throw error;
  }
}

/** @throws what kafkajs throws when no broker can be reached, or the topic is not there */
export async function connectForReading(kafka: Kafka, topic: string): Promise<ReadingCluster> {
  const reading = await connectToCluster(kafka);
  try {
    await reading.cluster.addMultipleTargetTopics([topic]);
    return reading;
  } catch (error) {
    await reading.disconnect();
    throw error;
  }
}
