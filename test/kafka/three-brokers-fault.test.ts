import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { waitUntil } from '../support/engine-client';
import type { KafkaCluster } from '../support/kafka/kafka-cluster';
import { startKafka } from '../support/kafka/start-kafka';
import { createFleet, FLAWLESS, type Fleet, verdictOn } from '../support/kafka-fleet';
import { asAdmin } from '../support/topic-admin';

describe.skipIf(inject('kafkaJvm') !== null)('one of three brokers', () => {
  let cluster: KafkaCluster;
  let fleet: Fleet;
  beforeAll(async () => {
    cluster = await startKafka({ brokers: 3 });
    fleet = await createFleet(cluster.bootstrap, { replication: 3 });
  });
  afterAll(async () => {
    await fleet?.close();
    await cluster?.stop();
  });

  it('may be killed: events go on to the lake, and nothing is lost or doubled', async () => {
    await fleet.start('aggregator', { role: 'aggregator' });
    const prober = await fleet.start('prober', { role: 'prober' });
    await waitUntil(() => prober.process.acknowledged.length > 100, 30_000);
    await fleet.arrived(60_000);
    const { topics } = await asAdmin(cluster.bootstrap, (admin) =>
      admin.fetchTopicMetadata({ topics: [fleet.topic] }),
    );
    const partitions = topics[0]?.partitions ?? [];
    expect(partitions.map(({ replicas }) => replicas.length)).toEqual([3, 3, 3, 3, 3, 3]);

    const victim = cluster.brokers.find(({ id }) => id === partitions[0]?.leader);
    const startedMs = performance.now();
    await victim?.kill();
    const before = prober.process.acknowledged.length;
    await waitUntil(() => prober.process.acknowledged.length > before + 150, 30_000);
    await fleet.arrived(90_000);
    const tookMs = Math.round(performance.now() - startedMs);
    process.stdout.write(
      `one of three brokers killed: all of the next 150 events in the lake after ${tookMs} ms\n`,
    );
    await victim?.start();
    await sleep(2000);
    await fleet.finish(60_000);
    expect(await verdictOn(fleet)).toEqual(FLAWLESS);
  });
});
