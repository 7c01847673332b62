import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { waitUntil } from '../support/engine-client';
import type { KafkaCluster } from '../support/kafka/kafka-cluster';
import { startKafka } from '../support/kafka/start-kafka';
import { createFleet, FLAWLESS, type Fleet, type Member, verdictOn } from '../support/kafka-fleet';

/** The whole outage: OUTAGE_SECONDS=60 npm run test:kafka */
const OUTAGE_MS = Number(process.env.OUTAGE_SECONDS ?? 10) * 1000;
const REFUSES = 'reason' in inject('kafka');

describe.skipIf(REFUSES)('a broker that goes and comes back', () => {
  let cluster: KafkaCluster;
  let fleet: Fleet;
  beforeAll(async () => {
    cluster = await startKafka();
  });
  afterAll(() => cluster?.stop());
  afterEach(() => fleet?.close());
  const broker = () => cluster.brokers[0] as KafkaCluster['brokers'][number];

  /** Events of the prober that the lake does not hold. */
  const behind = async (): Promise<number> => {
    const keys = await fleet.check.rawKeys();
    return fleet.acknowledged().filter((key) => !keys.has(key)).length;
  };

  /** How long the backlog and the way to the screen took after the broker was back, ms. */
  const recovery = async (member: Member): Promise<{ shippedMs: number; inLakeMs: number }> => {
    const startedMs = performance.now();
    const before = fleet.acknowledged();
    await waitUntil(async () => ((await member.health()).kafka?.forwarder?.backlog ?? 1) < 40, 60_000);
    const shippedMs = performance.now() - startedMs;
    await waitUntil(async () => {
      const keys = await fleet.check.rawKeys();
      return before.every((key) => keys.has(key));
    }, 60_000);
    return { shippedMs: Math.round(shippedMs), inLakeMs: Math.round(performance.now() - startedMs) };
  };

  it(`may be away for ${OUTAGE_MS / 1000} s: probing goes on, the backlog is on screen and drains afterwards`, async () => {
    fleet = await createFleet(cluster.bootstrap);
    const engine = await fleet.start('engine');
    await waitUntil(() => engine.process.acknowledged.length > 100, 30_000);
    await fleet.arrived();

    const stopping = (await engine.health()).nowUs;
    await broker().stop();
    const stopped = (await engine.health()).nowUs;
    const already = engine.process.acknowledged.length;
    await sleep(OUTAGE_MS);
    const away = await engine.health();
    const forwarder = away.kafka?.forwarder;
    expect(away.kafka?.connection.state).toBe('failed');
    expect(away.notices.filter(({ code }) => code === 'kafka_connection')).toHaveLength(1);
    expect(forwarder?.backlog).toBeGreaterThan((OUTAGE_MS / 1000) * 30);
    expect(forwarder?.oldestUs).toBeGreaterThan(stopping - 5_000_000);
    expect(forwarder?.oldestUs).toBeLessThan(stopped + 3_000_000);
    // Five probes a second and target, as if nothing had happened.
    const probed = engine.process.acknowledged.length - already;
    expect(probed).toBeGreaterThan((OUTAGE_MS / 1000) * 35 * 0.95);

    await broker().start();
    const took = await recovery(engine);
    process.stdout.write(`broker away ${OUTAGE_MS / 1000} s: ${JSON.stringify(took)}\n`);
    // Every part of the connection has to be back: the group may ask for its coordinator some seconds after the first probe.
    await waitUntil(async () => (await engine.health()).kafka?.connection.state === 'connected', 30_000);
    const back = await engine.health();
    expect(back.notices.find(({ code }) => code === 'kafka_connection')?.resolvedUs).not.toBeNull();
    await fleet.finish();
    // The slow one overruns its interval. Of the others a busy machine may miss a few instants of 200 ms, an outage none.
    expect(await fleet.check.missed('/ok')).toBeLessThan(probed * 0.02);
    expect(await verdictOn(fleet)).toEqual(FLAWLESS);
  });

  it('may be killed while events flow, more than once', async () => {
    fleet = await createFleet(cluster.bootstrap);
    const engine = await fleet.start('engine');
    for (let round = 0; round < 2; round += 1) {
      const already = engine.process.acknowledged.length;
      await waitUntil(() => engine.process.acknowledged.length > already + 60, 30_000);
      await sleep(Math.random() * 300);
      await broker().kill();
      await sleep(Math.random() * 1000);
      await broker().start();
      const took = await recovery(engine);
      process.stdout.write(`broker killed: ${JSON.stringify(took)}\n`);
    }
    await fleet.finish();
    expect(await verdictOn(fleet)).toEqual(FLAWLESS);
  });

  it('loses nothing of a prober that is killed with a backlog meanwhile', async () => {
    fleet = await createFleet(cluster.bootstrap);
    await fleet.start('aggregator', { role: 'aggregator' });
    const before = await fleet.start('prober', { role: 'prober' });
    await waitUntil(() => before.process.acknowledged.length > 60, 30_000);
    await broker().kill();
    await waitUntil(async () => ((await before.health()).kafka?.forwarder?.backlog ?? 0) > 100, 15_000);
    await before.kill('SIGKILL');
    const again = await fleet.start('prober', { role: 'prober' });
    await waitUntil(() => again.process.acknowledged.length > 60, 30_000);
    expect((await again.health()).kafka?.forwarder?.backlog).toBeGreaterThan(160);
    await again.kill('SIGKILL');
    const last = await fleet.start('prober', { role: 'prober' });
    expect(await behind()).toBeGreaterThan(160);
    await broker().start();
    const took = await recovery(last);
    process.stdout.write(`prober killed with a backlog: ${JSON.stringify(took)}\n`);
    await fleet.finish();
    expect(await verdictOn(fleet)).toEqual(FLAWLESS);
  });
});
