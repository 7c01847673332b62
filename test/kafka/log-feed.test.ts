import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { type KafkaSettings, kafkaSettingsSchema } from '../../src/shared/domain/kafka-settings';
import { createFeedKit, type FeedKit, upTo } from '../support/feed-kit';

const shared = inject('kafka');
const POLL = { timeout: 60_000, interval: 50 };

describe.skipIf('reason' in shared)('the feed between two logs', () => {
  let folder: string;
  let kafka: KafkaSettings;
  const kits: FeedKit[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'uptimer-feed-'));
    kafka = kafkaSettingsSchema.parse({
      brokers: ['bootstrap' in shared ? shared.bootstrap : ''],
      topic: `feed-${randomUUID()}`,
      group: `group-${randomUUID()}`,
      partitions: 3,
      sessionTimeoutMs: 1_500,
    });
  });
  afterEach(async () => {
    for (const kit of kits.splice(0)) await kit.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const open = async (change: Partial<Parameters<typeof createFeedKit>[0]> = {}): Promise<FeedKit> => {
    const kit = createFeedKit({ folder, log: 'kafka', kafka, ...change });
    kits.push(kit);
    await kit.start();
    return kit;
  };

  it('brings each event to the lake once, switched there and back with restarts between', async () => {
    let count = 0;
    const append = async (kit: FeedKit): Promise<void> => {
      await kit.append(40);
      count += 40;
    };
    let kit = await open({ log: 'embedded' });
    await append(kit);
    await kit.switchTo('kafka');
    await append(kit);
    await expect.poll(() => kit.feed.logSwitch(), POLL).toBeNull();
    await append(kit);
    await expect.poll(() => kit.seqsInLake(), POLL).toEqual(upTo(count));

    await append(kit);
    await kit.stop();
    kit = await open();
    await append(kit);
    await expect.poll(() => kit.seqsInLake(), POLL).toEqual(upTo(count));

    await append(kit);
    await kit.switchTo('embedded');
    await append(kit);
    expect(kit.feed.logSwitch()).toMatchObject({ from: 'kafka', to: 'embedded' });
    await kit.stop();
    kit = await open({ log: 'embedded' });
    await append(kit);
    await expect.poll(() => kit.feed.logSwitch(), POLL).toBeNull();
    expect(kit.feed.topic).toBeNull();
    await expect.poll(() => kit.seqsInLake(), POLL).toEqual(upTo(count));

    // Twice without waiting for the first to finish.
    await kit.switchTo('kafka');
    await append(kit);
    await kit.switchTo('embedded');
    await append(kit);
    await expect.poll(() => kit.feed.logSwitch(), POLL).toBeNull();
    await expect.poll(() => kit.seqsInLake(), POLL).toEqual(upTo(count));
    await kit.feed.jobs.flush();
    expect(await kit.log.startOffset(0)).toBe(BigInt(count + 1));
    expect(kits.flatMap(({ failures }) => failures)).toEqual([]);
  });

  it('ships what a mere prober measures, and another process brings it to the lake', async () => {
    const prober = await open({ role: 'prober', folder: join(folder, 'prober') });
    await prober.append(60);
    await expect.poll(() => prober.feed.backlog(), POLL).toBe(0);
    const aggregator = await open({ role: 'aggregator', folder: join(folder, 'aggregator') });
    await expect.poll(() => aggregator.seqsInLake(), POLL).toEqual(upTo(60));
    expect(prober.feed.jobs.running()).toEqual([]);
    await expect(aggregator.feed.check(aggregator.settingsWith('embedded'))).rejects.toThrow(/--role all/);
  });

  it('refuses the embedded log while other processes aggregate partitions of the lake', async () => {
    const lakeFolder = join(folder, 'shared-lake');
    const first = await open({ folder: join(folder, 'first'), lakeFolder });
    const second = await open({ folder: join(folder, 'second'), lakeFolder });
    // At one moment, and as the coordinator has it for both: while the group forms, one may hold all, or what it has lost.
    await expect
      .poll(() => {
        const halves = [first, second].map(({ feed }) => ({
          assigned: feed.topic?.assigned ?? [],
          running: feed.jobs.running(),
        }));
        const isSettled = halves.every(
          ({ assigned, running }) => running.length > 0 && running.join() === [...assigned].sort().join(),
        );
        return isSettled ? halves.flatMap(({ running }) => running).sort() : [];
      }, POLL)
      .toEqual([0, 1, 2]);
    await expect(first.switchTo('embedded')).rejects.toMatchObject({ code: 'conflict', field: 'log' });
    await second.stop();
    await expect.poll(() => first.feed.jobs.running(), POLL).toEqual([0, 1, 2]);
    await first.append(30);
    await first.switchTo('embedded');
    await expect.poll(() => first.feed.logSwitch(), POLL).toBeNull();
    expect(await first.seqsInLake()).toEqual(upTo(30));
  });
});
