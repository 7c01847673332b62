import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { waitUntil } from '../support/engine-client';
import type { KafkaCluster } from '../support/kafka/kafka-cluster';
import { startKafka } from '../support/kafka/start-kafka';
import { createFleet, FLAWLESS, type Fleet, type Member, verdictOn } from '../support/kafka-fleet';

/** How often it is killed in the middle of a switch: CRASH_ROUNDS=20 npm run test:kafka */
const ROUNDS = Number(process.env.CRASH_ROUNDS ?? 3);
const REFUSES = 'reason' in inject('kafka');
type Log = 'embedded' | 'kafka';

describe.skipIf(REFUSES)('a switch between the logs under load', () => {
  let cluster: KafkaCluster;
  let fleet: Fleet;
  let engine: Member;
  beforeAll(async () => {
    cluster = await startKafka();
  });
  afterAll(() => cluster?.stop());
  afterEach(() => fleet?.close());
  const broker = () => cluster.brokers[0] as KafkaCluster['brokers'][number];

  /** The lake is made with one partition on the embedded log, and with six on Kafka. */
  const beginWith = async (log: Log): Promise<void> => {
    fleet = await createFleet(cluster.bootstrap);
    engine = await fleet.start('engine', { ownSettings: log === 'embedded' });
    await flow(60);
  };
  const startAgain = async (): Promise<void> => {
    engine = await fleet.start('engine', { ownSettings: true });
  };
  const flow = async (count: number): Promise<void> => {
    const already = engine.process.acknowledged.length;
    await waitUntil(() => engine.process.acknowledged.length > already + count, 30_000);
  };
  const switchTo = async (log: Log): Promise<void> => {
    await engine.ask('settings.update', { log, kafka: fleet.kafka });
  };
  const finished = (): Promise<void> =>
    waitUntil(async () => (await engine.health()).logSwitch === null, 30_000);
  const isFlawless = async (): Promise<void> => {
    await fleet.finish(60_000);
    expect(await verdictOn(fleet)).toEqual(FLAWLESS);
  };

  for (const [first, partitions] of [
    ['embedded', 1],
    ['kafka', 6],
  ] as const) {
    it(`loses and doubles nothing, to and fro, on a lake of ${partitions} and a topic of 6 partitions`, async () => {
      await beginWith(first);
      const second: Log = first === 'embedded' ? 'kafka' : 'embedded';
      for (const log of [second, first, second] as const) {
        await switchTo(log);
        await flow(80);
        await finished();
        expect((await engine.health()).log.kind).toBe(log);
        await flow(30);
      }
      // Back before the one before is finished.
      await switchTo(first);
      await sleep(Math.random() * 500);
      await switchTo(second);
      await flow(60);
      await isFlawless();
    });
  }

  it(
    `loses and doubles nothing when it is killed in the middle, ${ROUNDS} times`,
    async () => {
      await beginWith('kafka');
      let log: Log = 'kafka';
      for (let round = 0; round < ROUNDS; round += 1) {
        log = log === 'kafka' ? 'embedded' : 'kafka';
        await flow(30);
        await Promise.race([switchTo(log).catch(() => undefined), sleep(20)]);
        await sleep(Math.random() * (Math.random() < 0.5 ? 60 : 2500));
        await engine.kill('SIGKILL');
        await startAgain();
      }
      await flow(60);
      await isFlawless();
    },
    60_000 + ROUNDS * 30_000,
  );

  it('says what an absent broker still holds, and has it when the broker is back', async () => {
    await beginWith('kafka');
    await fleet.arrived();
    await broker().stop();
    await flow(40);
    await switchTo('embedded');
    await flow(40);
    const away = (await engine.health()).logSwitch;
    expect(away).toMatchObject({ from: 'kafka', to: 'embedded' });
    expect(away?.pendingHere).toBeGreaterThan(30);
    await broker().start();
    await finished();
    await isFlawless();
  });

  it('to a broker that is away takes effect: what is probed waits here, and what came before is in the lake', async () => {
    await beginWith('embedded');
    await broker().stop();
    await switchTo('kafka');
    await flow(60);
    await waitUntil(async () => (await engine.health()).kafka?.connection.state === 'failed', 30_000);
    expect((await engine.health()).kafka?.forwarder?.backlog).toBeGreaterThan(40);
    await broker().start();
    await flow(40);
    await finished();
    await isFlawless();
  });

  it('goes to the brokers that the settings name, also when the switch away from wrong ones is not finished', async () => {
    await beginWith('embedded');
    const wrong = { ...fleet.kafka, brokers: ['127.0.0.1:1'] };
    await engine.ask('settings.update', { log: 'kafka', kafka: wrong });
    await flow(20);
    await engine.ask('settings.update', { log: 'embedded', kafka: wrong });
    await flow(20);
    await switchTo('kafka');
    await flow(40);
    await waitUntil(async () => (await engine.health()).kafka?.connection.state === 'connected', 30_000);
    await finished();
    await isFlawless();
  });
});
