import { connect } from 'node:net';
import { type ISocketFactory, Kafka, Partitioners, type PartitionMetadata, type Producer } from 'kafkajs';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { sendAcknowledged } from '../../src/main/event-log/kafka/acknowledged-send';
import { kafkaConfigOf } from '../../src/main/event-log/kafka/kafka-config';
import { oneTopicClient } from '../../src/main/event-log/kafka/one-topic-client';
import { connectToCluster } from '../../src/main/event-log/kafka/reading-cluster';
import { testKafka } from '../../src/main/event-log/kafka/test-kafka';
import { describeTopic } from '../../src/main/event-log/kafka/topic';
import { createTopicFetcher } from '../../src/main/event-log/kafka/topic-fetcher';
import { systemClock } from '../../src/main/platform/clock';
import { createLogger } from '../../src/main/platform/logger';
import { kafkaSettingsSchema } from '../../src/shared/domain/kafka-settings';
import { eventually } from '../support/eventually';
import type { KafkaBroker, KafkaCluster } from '../support/kafka/kafka-cluster';
import { startKafka } from '../support/kafka/start-kafka';
import { asAdmin, endsOf } from '../support/topic-admin';
import { clientOf, createTopic } from './support';

const TOPIC = 'kept';
const FOREIGN = 'foreign';
const PARTITIONS = [0, 1, 2, 3, 4, 5];
const FETCH = 1;
const logger = createLogger('silent');

const batch = (word: string) =>
  PARTITIONS.map((partition) => ({ key: word, value: `${word} ${partition}`, partition }));
const bigints = (numbers: Record<number, number>) =>
  Object.fromEntries(Object.entries(numbers).map(([key, number]) => [key, BigInt(number)]));
const all = (count: number) => Object.fromEntries(PARTITIONS.map((partition) => [partition, count]));

describe.skipIf(inject('kafkaJvm') !== null)('of three brokers one that leads partitions', () => {
  let cluster: KafkaCluster;
  /** It leads partition 0. */
  let victim: KafkaBroker;
  const producers: Producer[] = [];

  beforeAll(async () => {
    cluster = await startKafka({ brokers: 3, settings: { 'min.insync.replicas': '2' } });
    await createTopic(clientOf(cluster.bootstrap), TOPIC, PARTITIONS.length, 3);
    // Each broker has one of them alone.
    await createTopic(clientOf(cluster.bootstrap), FOREIGN, 3, 1);
  });
  afterEach(async () => {
    await Promise.all(producers.splice(0).map((producer) => producer.disconnect()));
  });
  afterAll(() => cluster?.stop());

  const producerOf = async (kafka: Kafka): Promise<Producer> => {
    const producer = kafka.producer({
      ...{ idempotent: true, maxInFlightRequests: 1, createPartitioner: Partitioners.DefaultPartitioner },
      // Nobody else leads before the victim's session has passed: 3 s, more on a busy machine.
      retry: { initialRetryTime: 100, maxRetryTime: 500, retries: 100 },
    });
    producers.push(producer);
    await producer.connect();
    return producer;
  };
  /** Partitions that others lead. */
  const chooseVictim = async (): Promise<number[]> => {
    // A broker may not have heard of the topic yet.
    const seen = await vi.waitFor(() => placesIn(cluster.bootstrap), { timeout: 20_000, interval: 100 });
    const found = cluster.brokers.find(({ id }) => id === seen.get(0)?.leader);
    if (found === undefined) throw new Error('partition 0 has no leader');
    victim = found;
    return PARTITIONS.filter((partition) => seen.get(partition)?.leader !== victim.id);
  };
  const reached = async (): Promise<Record<number, number>> =>
    Object.fromEntries(await endsOf(cluster.bootstrap, TOPIC));

  it('takes nothing with it when it dies in the middle of a batch, also when a broker that has its own part already leads the rest', async () => {
    const theirs = await chooseVictim();
    const wire = createWire();
    const producer = await producerOf(clientOf(cluster.bootstrap, { socketFactory: wire.socketFactory }));
    const ends = new Map<number, bigint>();
    await sendAcknowledged(producer, TOPIC, batch('before'), ends);

    wire.swallow(victim.port);
    const sent = sendAcknowledged(producer, TOPIC, batch('after'), ends);
    await expect
      .poll(reached, { timeout: 20_000, interval: 50 })
      .toMatchObject(Object.fromEntries(theirs.map((partition) => [partition, 2])));
    await victim.kill();

    await sent;
    expect(Object.fromEntries(ends)).toEqual(bigints(all(2)));
    expect(await reached()).toEqual(all(2));
  });

  it('hinders nobody by being missed in a topic of somebody else', async () => {
    const settings = kafkaSettingsSchema.parse({ brokers: cluster.bootstrap.split(','), topic: TOPIC });
    const everyTopic = asAdmin(cluster.bootstrap, (admin) => admin.fetchTopicMetadata());
    await expect(everyTopic).rejects.toMatchObject({ cause: { type: 'LEADER_NOT_AVAILABLE' } });
    expect(await testKafka({ settings, env: {}, logger })).toMatchObject({
      ...{ ok: true, problem: null, topic: { partitions: PARTITIONS.length, replication: 3 } },
    });
    const { cluster: seen, disconnect } = await connectToCluster(clientOf(cluster.bootstrap));
    expect(await describeTopic(seen, TOPIC)).toMatchObject({ partitions: PARTITIONS.length, replication: 3 });
    await disconnect();
    const producer = await producerOf(oneTopicClient(clientOf(cluster.bootstrap), TOPIC));
    const ends = new Map<number, bigint>();
    await sendAcknowledged(producer, TOPIC, batch('meanwhile'), ends);
    expect(Object.fromEntries(ends)).toEqual(bigints(all(3)));
  });

  it('is missed as long as it gives no records, however well the others do', async () => {
    await victim.start();
    await eventually(async () => {
      const seen = await placesIn(cluster.bootstrap);
      return [...seen.values()].map(({ isr }) => isr.length);
    }, 40_000).toEqual(PARTITIONS.map(() => 3));
    await chooseVictim();
    const wire = createWire();
    const told: string[] = [];
    const fetcher = createTopicFetcher({
      kafka: clientOf(cluster.bootstrap, { socketFactory: wire.socketFactory, retry: { retries: 1 } }),
      ...{ topic: TOPIC, clock: systemClock, logger },
      onConnected: () => told.push('connected'),
      onFailed: () => told.push('failed'),
    });
    const feeds = PARTITIONS.map((partition) => fetcher.feed(partition, { nextOffset: 0n, last: null }));
    wire.breakAt(victim.port, FETCH);
    fetcher.start();
    await eventually(() => told.length, 20_000).toBeGreaterThan(3);
    expect(new Set(told)).toEqual(new Set(['failed']));
    wire.mend();
    await eventually(() => told, 20_000).toContain('connected');
    await eventually(() => feeds.map(({ fetchOffset }) => fetchOffset), 20_000).toEqual(
      PARTITIONS.map(() => 3n),
    );
    await fetcher.stop();
  });

  it('is left for another soon when it hangs', async () => {
    const settings = kafkaSettingsSchema.parse({ brokers: cluster.bootstrap.split(',') });
    const producer = await producerOf(new Kafka(await kafkaConfigOf(settings, {}, logger)));
    const ends = new Map<number, bigint>();
    await sendAcknowledged(producer, TOPIC, batch('running'), ends);
    await chooseVictim();
    victim.pause();
    try {
      const startedMs = performance.now();
      await sendAcknowledged(producer, TOPIC, batch('hanging'), ends);
      // kafkajs' own limit is 30 s, and then it asks the same broker again.
      expect(performance.now() - startedMs).toBeLessThan(30_000);
    } finally {
      victim.resume();
    }
  });
});

/** Who leads and who has a copy, by partition. */
function placesIn(bootstrap: string): Promise<Map<number, PartitionMetadata>> {
  return asAdmin(bootstrap, async (admin) => {
    const { topics } = await admin.fetchTopicMetadata({ topics: [TOPIC] });
    return new Map(topics[0]?.partitions.map((one) => [one.partitionId, one]));
  });
}

interface Wire {
  socketFactory: ISocketFactory;
  /** Nothing that is sent to the port arrives any more. */
  swallow(port: number): void;
  /** Requests of one kind end the connection to the port. */
  breakAt(port: number, apiKey: number): void;
  mend(): void;
}

/** Sockets that are as bad as they are told to be. */
function createWire(): Wire {
  let bad: { port: number; apiKey: number | null } | null = null;
  return {
    socketFactory({ host, port, onConnect }) {
      const socket = connect({ host, port }, onConnect);
      const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
      socket.write = (...args: unknown[]) => {
        if (bad?.port !== port) return write(...args);
        if (bad.apiKey === null) return true;
        if ((args[0] as Buffer).readInt16BE(4) !== bad.apiKey) return write(...args);
        socket.destroy(new Error('the wire is cut'));
        return false;
      };
      return socket;
    },
    swallow(port) {
      bad = { port, apiKey: null };
    },
    breakAt(port, apiKey) {
      bad = { port, apiKey };
    },
    mend() {
      bad = null;
    },
  };
}
