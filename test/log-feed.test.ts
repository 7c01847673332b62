import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { kafkaSettingsSchema } from '../src/shared/domain/kafka-settings';
import { createFeedKit, type FeedKit, upTo } from './support/feed-kit';

/** Nobody listens there: a cluster that is away. */
const kafka = kafkaSettingsSchema.parse({ brokers: ['127.0.0.1:1'], partitions: 3 });
const POLL = { timeout: 15_000, interval: 50 };

let folder: string;
let kit: FeedKit;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'uptimer-feed-'));
});
afterEach(async () => {
  await kit.stop();
  rmSync(folder, { recursive: true, force: true });
});
const routes = () => JSON.parse(readFileSync(join(folder, 'log-routes.json'), 'utf8')).routes;

describe('the feed of the embedded log', () => {
  it('brings each event to its partition once, over restarts, and gives the log its space back', async () => {
    for (let run = 1; run <= 3; run += 1) {
      kit = createFeedKit({ folder, log: 'embedded', kafka });
      await kit.start();
      expect(kit.feed.jobs.running()).toEqual([0, 1, 2]);
      await kit.append(50);
      await expect.poll(() => kit.seqsInLake(), POLL).toEqual(upTo(50 * run));
      if (run < 3) await kit.stop();
    }
    await kit.feed.jobs.flush();
    expect(await kit.log.startOffset(0)).toBe(151n);
    expect(kit.feed.logSwitch()).toBeNull();
    expect(kit.feed.backlog()).toBeNull();
    expect(kit.failures).toEqual([]);
  });

  it('holds the lake while it feeds all of it', async () => {
    const held: boolean[] = [];
    kit = createFeedKit({ folder, log: 'embedded', kafka, onHeld: (isHeld) => held.push(isHeld) });
    await kit.start();
    expect(held).toEqual([true]);
    await kit.stop();
    expect(held).toEqual([true, false]);
  });

  it('that is switched to a cluster that is away finishes with what was there, and keeps what comes', async () => {
    kit = createFeedKit({ folder, log: 'embedded', kafka });
    await kit.start();
    await kit.append(30);
    await kit.switchTo('kafka');
    await kit.append(20);
    await expect.poll(() => kit.feed.logSwitch(), POLL).toBeNull();
    await expect.poll(routes, POLL).toEqual([{ fromSeq: 31, way: 'kafka' }]);
    // It is told when all of it is done.
    await expect
      .poll(() => kit.notices.list().map(({ code }) => code), POLL)
      .toEqual(expect.arrayContaining(['log_switch_begun', 'log_switch_finished']));
    expect(kit.feed.jobs.running()).toEqual([]);
    expect(kit.feed.backlog()).toBe(20);
    expect(await kit.log.startOffset(0)).toBe(31n);

    // Back again: what no broker took stands as pending, and what comes goes straight to the lake.
    await kit.switchTo('embedded');
    await kit.append(10);
    await expect.poll(() => kit.seqsInLake(), POLL).toEqual([...upTo(30), ...upTo(60).slice(50)]);
    expect(kit.feed.logSwitch()).toMatchObject({
      from: 'kafka',
      to: 'embedded',
      seq: 51,
      pendingHere: 20,
      pendingAtBroker: null,
    });
    await kit.feed.jobs.flush();
    expect(await kit.log.startOffset(0)).toBe(31n);
    expect(kit.failures).toEqual([]);
  });

  it('that is switched and stopped at once goes on with the switch at its next start', async () => {
    kit = createFeedKit({ folder, log: 'embedded', kafka });
    await kit.start();
    await kit.append(30);
    await kit.switchTo('kafka');
    await kit.stop();
    kit = createFeedKit({ folder, log: 'kafka', kafka });
    await kit.start();
    await expect.poll(() => kit.feed.logSwitch(), POLL).toBeNull();
    await kit.stop();
    kit = createFeedKit({ folder, log: 'embedded', kafka });
    await kit.start();
    expect(await kit.seqsInLake()).toEqual(upTo(30));
    expect(routes()).toEqual([{ fromSeq: 31, way: 'embedded' }]);
  });
});

describe('the feed of a mere prober', () => {
  it('aggregates nothing and keeps what no broker took; it cannot go without Kafka', async () => {
    kit = createFeedKit({ folder, log: 'kafka', kafka, role: 'prober' });
    await kit.start();
    await kit.append(10);
    expect(kit.feed.jobs.running()).toEqual([]);
    expect(kit.feed.backlog()).toBe(10);
    expect(kit.feed.logSwitch()).toBeNull();
    await expect(kit.switchTo('embedded')).rejects.toMatchObject({ code: 'conflict', field: 'log' });
    expect(await kit.log.startOffset(0)).toBe(1n);
  });
});
