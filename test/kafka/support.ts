import { setTimeout as sleep } from 'node:timers/promises';
import { type Admin, Kafka, type KafkaConfig, logLevel, type Producer } from 'kafkajs';

const LEADERS_MS = 60_000;

/** A client that gives up soon and is silent: what it says is in the errors that the tests look at. */
export function clientOf(bootstrap: string, options: Partial<KafkaConfig> = {}): Kafka {
  return new Kafka({
    brokers: bootstrap.split(','),
    clientId: 'test',
    logLevel: logLevel.NOTHING,
    retry: { retries: 8, initialRetryTime: 100, maxRetryTime: 1_000 },
    ...options,
  });
}

/**
 * Makes the topic and waits until every partition has a leader, by asking again and again: kafkajs' own `waitForLeaders` gives
 * up on a broker that has not heard of the topic yet, as happens where there are several.
 */
export async function createTopic(kafka: Kafka, topic: string, partitions = 1, copies = 1): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const topics = [{ topic, numPartitions: partitions, replicationFactor: copies }];
    await admin.createTopics({ topics, waitForLeaders: false });
    const endMs = performance.now() + LEADERS_MS;
    while (!(await hasLeaders(admin, topic, partitions))) {
      if (performance.now() > endMs) throw new Error(`${topic} has no leaders after ${LEADERS_MS} ms`);
      await sleep(100);
    }
  } finally {
    await admin.disconnect();
  }
}

async function isConnected(producer: Producer): Promise<boolean> {
  try {
    await producer.connect();
    return true;
  } catch {
    return false;
  }
}

async function hasLeaders(admin: Admin, topic: string, count: number): Promise<boolean> {
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    const partitions = topics[0]?.partitions ?? [];
    return partitions.length === count && partitions.every(({ leader }) => leader >= 0);
  } catch {
    return false;
  }
}

/** Resolves when all copies in sync have the values. */
export async function produce(kafka: Kafka, topic: string, values: readonly string[]): Promise<void> {
  const producer = kafka.producer({ idempotent: true, retry: { retries: 20, maxRetryTime: 1_000 } });
  const endMs = performance.now() + LEADERS_MS;
  try {
    // A broker that has just died still stands in what the others answer, and kafkajs asks no other for a producer's number.
    while (!(await isConnected(producer))) {
      if (performance.now() > endMs) throw new Error(`no broker took a producer within ${LEADERS_MS} ms`);
      await sleep(200);
    }
    await producer.send({ topic, acks: -1, messages: values.map((value) => ({ key: value, value })) });
  } finally {
    await producer.disconnect();
  }
}

/** Every value of the topic from its beginning, sorted; resolves when there are `count`. */
export async function consume(
  kafka: Kafka,
  topic: string,
  count: number,
  sessionTimeout = 30_000,
): Promise<string[]> {
  const consumer = kafka.consumer({
    groupId: `reader-of-${topic}-${count}`,
    sessionTimeout,
    heartbeatInterval: sessionTimeout / 10,
    retry: { retries: 20, maxRetryTime: 1_000 },
  });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const values: string[] = [];
  await new Promise<void>((resolve, reject) => {
    // kafkajs begins anew by itself after what passes, such as a coordinator that is still loading.
    consumer.on('consumer.crash', ({ payload }) => {
      if (!payload.restart) reject(payload.error);
    });
    void consumer.run({
      eachMessage: async ({ message }) => {
        values.push(message.value?.toString() ?? '');
        if (values.length === count) resolve();
      },
    });
  });
  await consumer.disconnect();
  return values.sort();
}
