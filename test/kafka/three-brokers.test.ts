import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { KafkaCluster } from '../support/kafka/kafka-cluster';
import { startKafka } from '../support/kafka/start-kafka';
import { clientOf, consume, createTopic, produce } from './support';

describe.skipIf(inject('kafkaJvm') !== null)('three brokers', () => {
  let cluster: KafkaCluster;
  beforeAll(async () => {
    cluster = await startKafka({ brokers: 3, settings: { 'min.insync.replicas': '2' } });
  });
  afterAll(() => cluster?.stop());

  it('hold three copies of every event, and of the offsets of groups', async () => {
    const client = clientOf(cluster.bootstrap);
    expect(cluster.brokers.map(({ id }) => id)).toEqual([1, 2, 3]);
    expect(cluster.bootstrap.split(',')).toHaveLength(3);
    await createTopic(client, 'copied', 3, 3);
    await produce(client, 'copied', ['a', 'b', 'c']);
    expect(await consume(client, 'copied', 3)).toEqual(['a', 'b', 'c']);
    const admin = client.admin();
    await admin.connect();
    const { topics } = await admin.fetchTopicMetadata({ topics: ['copied', '__consumer_offsets'] });
    await admin.disconnect();
    const copies = topics.flatMap(({ partitions }) => partitions.map(({ replicas }) => replicas.length));
    expect(new Set(copies)).toEqual(new Set([3]));
  });

  it('lose nothing and take more when one is killed, and have it back when it is started', async () => {
    const client = clientOf(cluster.bootstrap);
    const [first] = cluster.brokers;
    await first?.kill();
    await produce(client, 'copied', ['d', 'e', 'f']);
    expect(await consume(client, 'copied', 6)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    await first?.start();
    const admin = client.admin();
    await admin.connect();
    await expect
      .poll(
        async () => {
          const { topics } = await admin.fetchTopicMetadata({ topics: ['copied'] });
          return topics[0]?.partitions.map(({ isr }) => isr.length);
        },
        { timeout: 30_000, interval: 200 },
      )
      .toEqual([3, 3, 3]);
    await admin.disconnect();
  });
});
