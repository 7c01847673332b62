import type { Cluster, Kafka } from 'kafkajs';

const CREATE_CLUSTER = 'private:Kafka:createCluster';

type CreateCluster = (options: object) => Cluster & { targetTopics: Set<string> };

/**
 * The same client, whose producers, consumers and admins ask the cluster for one topic from the beginning. kafkajs asks for all
 * topics as long as it has met none, such as when a producer is given its number, and takes the whole answer for an error when
 * one partition of any of them has no leader: a broker that is missed in a topic of somebody else would keep us from shipping.
 * It has no setting for this (docs/decisions/0011-reading-beside-the-group.md).
 */
export function oneTopicClient(kafka: Kafka, topic: string): Kafka {
  const symbol = Object.getOwnPropertySymbols(kafka).find(
    ({ description }) => description === CREATE_CLUSTER,
  );
  if (symbol === undefined)
    throw new Error('kafkajs makes its clusters in another way now: report this with its version');
  const client = Object.create(kafka) as Kafka & Record<symbol, CreateCluster>;
  const create = client[symbol] as CreateCluster;
  client[symbol] = (options) => {
    const cluster = create(options);
    cluster.targetTopics.add(topic);
    return cluster;
  };
  return client;
}
