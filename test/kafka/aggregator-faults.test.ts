import { type FSWatcher, watch } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { waitUntil } from '../support/engine-client';
import type { KafkaCluster } from '../support/kafka/kafka-cluster';
import { startKafka } from '../support/kafka/start-kafka';
import {
  createFleet,
  FLAWLESS,
  type Fleet,
  type Member,
  SESSION_MS,
  verdictOn,
} from '../support/kafka-fleet';

/** All rounds of the kills and of the stops: CRASH_ROUNDS=20 npm run test:kafka */
const ROUNDS = Number(process.env.CRASH_ROUNDS ?? 4);
const ROUND_MS = 30_000;
const PARTITIONS = [0, 1, 2, 3, 4, 5];
const REFUSES = 'reason' in inject('kafka');

/** A random moment: mostly a few milliseconds after something of lake or checkpoint was touched. */
async function randomMoment(lake: string): Promise<void> {
  const aim = Math.random();
  await sleep(200 + Math.random() * 1500);
  if (aim < 0.25) return;
  const folders = ['.', 'checkpoints/tmp', ...PARTITIONS.map((partition) => `checkpoints/p0${partition}`)];
  const watchers: FSWatcher[] = [];
  await new Promise<void>((resume) => {
    const giveUp = setTimeout(resume, 3000);
    for (const folder of folders) {
      const onTouch = (): void => {
        clearTimeout(giveUp);
        setTimeout(resume, Math.random() * 12);
      };
      try {
        watchers.push(watch(join(lake, folder), { recursive: folder !== '.' }, onTouch));
      } catch {
        // Not there yet: another one will be touched.
      }
    }
  });
  for (const watcher of watchers) watcher.close();
}

async function ownsAll(member: Member, timeoutMs = 20_000): Promise<void> {
  await waitUntil(async () => (await member.owned()).length === PARTITIONS.length, timeoutMs);
}

describe.skipIf(REFUSES)('aggregators', () => {
  let cluster: KafkaCluster;
  let fleet: Fleet;
  beforeAll(async () => {
    cluster = await startKafka();
  });
  afterAll(() => cluster?.stop());
  afterEach(() => fleet?.close());

  const noneDoubled = async (): Promise<void> => {
    const keys = await fleet.check.rawKeys();
    expect([...keys].filter(([, count]) => count !== 1)).toEqual([]);
  };

  it(
    `lose and double nothing when one is killed ${ROUNDS} times at random moments`,
    async () => {
      fleet = await createFleet(cluster.bootstrap);
      await fleet.start('prober', { role: 'prober' });
      for (let round = 0; round < ROUNDS; round += 1) {
        const aggregator = await fleet.start('aggregator', { role: 'aggregator' });
        await ownsAll(aggregator);
        await noneDoubled();
        await randomMoment(fleet.lake);
        await aggregator.kill('SIGKILL');
      }
      await fleet.start('aggregator', { role: 'aggregator' });
      await fleet.finish();
      expect(await verdictOn(fleet)).toEqual(FLAWLESS);
    },
    ROUNDS * ROUND_MS + 60_000,
  );

  it(
    `change nothing after another took over, when one is stopped beyond its session ${ROUNDS} times and goes on`,
    async () => {
      fleet = await createFleet(cluster.bootstrap);
      await fleet.start('prober', { role: 'prober' });
      let owner = await fleet.start('one', { role: 'aggregator' });
      let other = await fleet.start('two', { role: 'aggregator' });
      let noticed = 0;
      for (let round = 0; round < ROUNDS; round += 1) {
        await waitUntil(
          async () => (await owner.owned()).length === 3 && (await other.owned()).length === 3,
          20_000,
        );
        await randomMoment(fleet.lake);
        const before = (await owner.health()).notices.filter(({ code }) => code === 'fenced').length;
        owner.process.child.kill('SIGSTOP');
        await sleep(SESSION_MS);
        await ownsAll(other);
        if (Math.random() > 0.3) await randomMoment(fleet.lake);
        owner.process.child.kill('SIGCONT');
        // It hears of it from the group or from the lake; either way it comes back as one of two.
        await waitUntil(
          async () => (await owner.owned()).length === 3 && (await other.owned()).length === 3,
          20_000,
        );
        const after = (await owner.health()).notices.filter(({ code }) => code === 'fenced').length;
        if (after > before) noticed += 1;
        await noneDoubled();
        [owner, other] = [other, owner];
      }
      process.stdout.write(`stopped and continued ${ROUNDS} times, fenced by the lake in ${noticed}\n`);
      await fleet.finish();
      expect(await verdictOn(fleet)).toEqual(FLAWLESS);
    },
    ROUNDS * ROUND_MS + 60_000,
  );

  it('share the partitions anew when there are one, three, and two of them, while events flow', async () => {
    fleet = await createFleet(cluster.bootstrap);
    await fleet.start('north', { role: 'prober' });
    await fleet.start('south', { role: 'prober' });
    const shares = async (members: readonly Member[]): Promise<number[][]> =>
      Promise.all(members.map((member) => member.owned()));
    const settled = (members: readonly Member[]): Promise<void> =>
      waitUntil(async () => {
        const found = await shares(members);
        const each = PARTITIONS.length / members.length;
        return (
          found.every((owned) => owned.length === each) && new Set(found.flat()).size === PARTITIONS.length
        );
      }, 30_000);

    const one = await fleet.start('one', { role: 'aggregator' });
    await settled([one]);
    await fleet.arrived();
    const two = await fleet.start('two', { role: 'aggregator' });
    const three = await fleet.start('three', { role: 'aggregator' });
    await settled([one, two, three]);
    await fleet.arrived();
    expect((await one.kill('SIGTERM')).code).toBe(0);
    await settled([two, three]);
    await fleet.arrived();
    await sleep(2000);
    await fleet.finish();
    expect(await verdictOn(fleet)).toEqual(FLAWLESS);
  });
});
