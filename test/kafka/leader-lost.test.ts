import { connect } from 'node:net';
import { type ISocketFactory, Partitioners } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { sendAcknowledged } from '../../src/main/event-log/kafka/acknowledged-send';
import type { KafkaCluster } from '../support/kafka/kafka-cluster';
import { startKafka } from '../support/kafka/start-kafka';
import { asAdmin, endsOf } from '../support/topic-admin';
import { clientOf, createTopic } from './support';

const TOPIC = 'kept';
const PARTITIONS = [0, 1, 2, 3, 4, 5];

describe.skipIf(inject('kafkaJvm') !== null)('a leader that dies in the middle of a batch', () => {
  let cluster: KafkaCluster;
  beforeAll(async () => {
    cluster = await startKafka({ brokers: 3, settings: { 'min.insync.replicas': '2' } });
  });
  afterAll(() => cluster?.stop());

  it('takes nothing with it, also when its partitions move to a broker that has its own part already', async () => {
    await createTopic(clientOf(cluster.bootstrap), TOPIC, PARTITIONS.length, 3);
    // A broker may not have heard of the topic yet.
    const leaders = await vi.waitFor(() => leadersIn(cluster.bootstrap), { timeout: 20_000, interval: 100 });
    const victim = cluster.brokers.find(({ id }) => id === leaders.get(0));
    const wire = createWire();
    const producer = clientOf(cluster.bootstrap, { socketFactory: wire.socketFactory }).producer({
      ...{ idempotent: true, maxInFlightRequests: 1, createPartitioner: Partitioners.DefaultPartitioner },
      // Nobody else leads before the victim's session has passed: 3 s, more on a busy machine.
      retry: { initialRetryTime: 100, maxRetryTime: 500, retries: 100 },
    });
    await producer.connect();
    const batch = (word: string) =>
      PARTITIONS.map((partition) => ({ key: word, value: `${word} ${partition}`, partition }));
    await sendAcknowledged(producer, TOPIC, batch('before'));

    wire.hold(victim?.port ?? 0);
    const sent = sendAcknowledged(producer, TOPIC, batch('after'));
    const theirs = PARTITIONS.filter((partition) => leaders.get(partition) !== victim?.id);
    const reached = async (): Promise<Record<number, number>> =>
      Object.fromEntries(await endsOf(cluster.bootstrap, TOPIC));
    await expect
      .poll(reached, { timeout: 20_000, interval: 50 })
      .toMatchObject(Object.fromEntries(theirs.map((partition) => [partition, 2])));
    await victim?.kill();

    expect([...(await sent).keys()].sort()).toEqual(PARTITIONS);
    await producer.disconnect();
    expect(await reached()).toEqual(Object.fromEntries(PARTITIONS.map((partition) => [partition, 2])));
  });
});

/** The id of the broker that leads it, by partition. */
function leadersIn(bootstrap: string): Promise<Map<number, number>> {
  return asAdmin(bootstrap, async (admin) => {
    const { topics } = await admin.fetchTopicMetadata({ topics: [TOPIC] });
    const partitions = topics[0]?.partitions ?? [];
    return new Map(partitions.map(({ partitionId, leader }) => [partitionId, leader]));
  });
}

/** Sockets of which one port's send nothing more when told so. */
function createWire(): { socketFactory: ISocketFactory; hold(port: number): void } {
  let held: number | null = null;
  return {
    socketFactory({ host, port, onConnect }) {
      const socket = connect({ host, port }, onConnect);
      const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
      socket.write = (...args: unknown[]) => port === held || write(...args);
      return socket;
    },
    hold(port) {
      held = port;
    },
  };
}
