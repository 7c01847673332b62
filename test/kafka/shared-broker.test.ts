import { randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import { describe, expect, inject, it } from 'vitest';

const kafka = inject('kafka');

describe.skipIf('reason' in kafka)('the broker that all Kafka tests share', () => {
  const bootstrap = 'bootstrap' in kafka ? kafka.bootstrap : '';
  const client = new Kafka({ brokers: [bootstrap], clientId: 'test', logLevel: logLevel.NOTHING });

  it('stores what is produced and hands it to a group at once', async () => {
    const topic = `shared-${randomUUID()}`;
    const admin = client.admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic, numPartitions: 3 }], waitForLeaders: true });
    await admin.disconnect();

    const producer = client.producer({ idempotent: true });
    await producer.connect();
    const messages = Array.from({ length: 30 }, (_, at) => ({ key: `key-${at % 5}`, value: String(at) }));
    await producer.send({ topic, acks: -1, messages });
    await producer.disconnect();

    const consumer = client.consumer({
      groupId: `group-${topic}`,
      sessionTimeout: 1_000,
      heartbeatInterval: 200,
    });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    const values = new Set<number>();
    await new Promise<void>((resolve) => {
      void consumer.run({
        eachMessage: async ({ message }) => {
          values.add(Number(message.value?.toString()));
          if (values.size === messages.length) resolve();
        },
      });
    });
    await consumer.disconnect();
    expect([...values].sort((a, b) => a - b)).toEqual(messages.map(({ value }) => Number(value)));
  });

  it('makes no topic by itself', async () => {
    const producer = client.producer({ retry: { retries: 0 }, allowAutoTopicCreation: true });
    await producer.connect();
    const send = producer.send({ topic: `absent-${randomUUID()}`, messages: [{ value: 'x' }] });
    await expect(send).rejects.toMatchObject({ cause: { type: 'UNKNOWN_TOPIC_OR_PARTITION' } });
    await producer.disconnect();
  });
});
