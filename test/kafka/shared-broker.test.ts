import { randomUUID } from 'node:crypto';
import { describe, expect, inject, it } from 'vitest';
import { clientOf, consume, createTopic, produce } from './support';

const kafka = inject('kafka');

describe.skipIf('reason' in kafka)('the broker that all Kafka tests share', () => {
  const client = clientOf('bootstrap' in kafka ? kafka.bootstrap : '');

  it('stores what is produced and hands it to a group at once, also with a short session', async () => {
    const topic = `shared-${randomUUID()}`;
    const values = Array.from({ length: 30 }, (_, at) => `value-${at}`);
    await createTopic(client, topic, 3);
    await produce(client, topic, values);
    expect(await consume(client, topic, values.length, 1_000)).toEqual([...values].sort());
  });

  it('makes no topic by itself', async () => {
    const producer = client.producer({ retry: { retries: 0 } });
    await producer.connect();
    const send = producer.send({ topic: `absent-${randomUUID()}`, messages: [{ value: 'x' }] });
    await expect(send).rejects.toMatchObject({ cause: { type: 'UNKNOWN_TOPIC_OR_PARTITION' } });
    await producer.disconnect();
  });
});
