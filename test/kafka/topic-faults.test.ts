import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { waitUntil } from '../support/engine-client';
import type { KafkaCluster } from '../support/kafka/kafka-cluster';
import { startKafka } from '../support/kafka/start-kafka';
import { createFleet, FLAWLESS, type Fleet, type Member, verdictOn } from '../support/kafka-fleet';
import { asAdmin, endsOf } from '../support/topic-admin';

const REFUSES = 'reason' in inject('kafka');

describe.skipIf(REFUSES)('a topic that is changed under a running system', () => {
  let cluster: KafkaCluster;
  let fleet: Fleet;
  let aggregator: Member;
  let prober: Member;
  beforeAll(async () => {
    cluster = await startKafka();
  });
  afterAll(() => cluster?.stop());
  afterEach(() => fleet?.close());

  const begin = async (): Promise<void> => {
    fleet = await createFleet(cluster.bootstrap);
    aggregator = await fleet.start('aggregator', { role: 'aggregator' });
    prober = await fleet.start('prober', { role: 'prober' });
    await flow(100);
    await fleet.arrived();
  };
  /** Until the prober has acknowledged so many more. */
  const flow = async (count: number): Promise<void> => {
    const already = prober.process.acknowledged.length;
    await waitUntil(() => prober.process.acknowledged.length > already + count, 30_000);
  };
  const deleteTopic = (): Promise<void> =>
    asAdmin(cluster.bootstrap, (admin) => admin.deleteTopics({ topics: [fleet.topic] }));
  const makeTopic = async (): Promise<void> => {
    const topics = [{ topic: fleet.topic, numPartitions: 6, replicationFactor: 1 }];
    // The engine makes it by itself, and may have been quicker.
    await asAdmin(cluster.bootstrap, (admin) => admin.createTopics({ topics, waitForLeaders: false }));
  };

  it('may be deleted and made anew: what was read, and what comes, is neither lost nor doubled', async () => {
    await begin();
    for (const isMadeAtOnce of [false, true]) {
      await fleet.quiet(prober);
      await fleet.arrived();
      await deleteTopic();
      if (isMadeAtOnce) await makeTopic();
      await fleet.resume(prober);
      await flow(isMadeAtOnce ? 60 : 150);
      await fleet.arrived(60_000);
      expect(await aggregator.hasTold('kafka_other_log')).toBe(true);
    }
    await fleet.quiet(prober);
    // The former topic ended farther on: nobody waits for records up to there.
    await waitUntil(async () => {
      const { kafka } = await aggregator.health();
      return kafka?.partitions.every(({ lag }) => lag === 0) === true;
    }, 20_000);
    await fleet.finish();
    expect(await verdictOn(fleet)).toEqual(FLAWLESS);
  });

  it('tells when it was made anew before everything was read; only what it held then is gone', async () => {
    await begin();
    await fleet.quiet(prober);
    await fleet.arrived();
    expect((await aggregator.kill('SIGTERM')).code).toBe(0);
    const before = new Set(fleet.acknowledged());
    await fleet.resume(prober);
    await flow(100);
    await fleet.quiet(prober);
    const gone = fleet.acknowledged().filter((key) => !before.has(key));
    await deleteTopic();
    aggregator = await fleet.start('aggregator', { role: 'aggregator' });
    await waitUntil(() => aggregator.hasTold('kafka_other_log'), 30_000);
    await fleet.resume(prober);
    await flow(150);
    await fleet.finish(30_000, gone);
    expect(await verdictOn(fleet)).toEqual({ ...FLAWLESS, lost: gone, missing: gone });
  });

  it('says how many records it threw away before they were read, and where, and goes on behind them', async () => {
    await begin();
    await fleet.quiet(prober);
    await fleet.arrived();
    expect((await aggregator.kill('SIGTERM')).code).toBe(0);
    const read = await endsOf(cluster.bootstrap, fleet.topic);
    const before = new Set(fleet.acknowledged());
    await fleet.resume(prober);
    await flow(150);
    await fleet.quiet(prober);
    const gone = fleet.acknowledged().filter((key) => !before.has(key));
    const ends = await endsOf(cluster.bootstrap, fleet.topic);
    const partitions = [...ends].map(([partition, end]) => ({ partition, offset: String(end) }));
    await asAdmin(cluster.bootstrap, async (admin) => {
      // It deletes only where it has looked before.
      await admin.fetchTopicOffsets(fleet.topic);
      await admin.deleteTopicRecords({ topic: fleet.topic, partitions });
    });

    aggregator = await fleet.start('aggregator', { role: 'aggregator' });
    await waitUntil(() => aggregator.hasTold('kafka_lost'), 30_000);
    await fleet.resume(prober);
    await flow(100);
    const lost = (await aggregator.health()).kafka?.lost ?? [];
    expect(lost.reduce((sum, { count }) => sum + count, 0)).toBe(gone.length);
    for (const { partition, fromOffset, toOffset } of lost) {
      expect([fromOffset, toOffset]).toEqual([String(read.get(partition)), String(ends.get(partition))]);
    }
    await fleet.finish(30_000, gone);
    expect(await verdictOn(fleet)).toEqual({ ...FLAWLESS, lost: gone, missing: gone });
  });

  it('may get more partitions: they are named and not used, and nothing else changes', async () => {
    await begin();
    await asAdmin(cluster.bootstrap, (admin) =>
      admin.createPartitions({ topicPartitions: [{ topic: fleet.topic, count: 8 }] }),
    );
    await waitUntil(
      async () => ((await aggregator.health()).kafka?.unusedPartitions.length ?? 0) > 0,
      20_000,
    );
    expect((await aggregator.health()).kafka?.unusedPartitions).toEqual([6, 7]);
    await flow(100);
    await sleep(1000);
    // Whoever comes new learns from the others how records are spread.
    await fleet.start('second', { role: 'prober' });
    await flow(100);
    await fleet.finish();
    const ends = await endsOf(cluster.bootstrap, fleet.topic);
    expect([ends.get(6), ends.get(7)]).toEqual([0, 0]);
    expect(await verdictOn(fleet)).toEqual(FLAWLESS);
  });
});
