import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka } from 'kafkajs';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { createEmbeddedEventLog } from '../../src/main/event-log/embedded-event-log';
import type { EventLog, Offset } from '../../src/main/event-log/event-log';
import { resultOf, resultsOf } from '../../src/main/event-log/event-log-fixtures';
import { createForwarder, type Forwarder } from '../../src/main/event-log/kafka/forwarder';
import { kafkaConfigOf } from '../../src/main/event-log/kafka/kafka-config';
import { decodeRecord, isPoison } from '../../src/main/event-log/kafka/probe-event-record';
import { systemClock } from '../../src/main/platform/clock';
import { createLogger } from '../../src/main/platform/logger';
import { systemRandom } from '../../src/main/platform/random';
import { kafkaSettingsSchema } from '../../src/shared/domain/kafka-settings';
import { eventually } from '../support/eventually';
import { clientOf, consume, createTopic } from './support';

const shared = inject('kafka');
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

describe.skipIf('reason' in shared)('the forwarder on a real broker', () => {
  const bootstrap = 'bootstrap' in shared ? shared.bootstrap : '';
  const kafka = clientOf(bootstrap);
  let folder: string;
  let topic: string;
  let log: EventLog;
  let failures: unknown[];
  let shipped: Offset[];
  let ends: Map<number, Offset>;
  const forwarders: Forwarder[] = [];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'uptimer-forwarder-'));
    topic = `shipped-${randomUUID()}`;
    failures = [];
    shipped = [];
    ends = new Map();
    const parts = { clock: systemClock, random: systemRandom, logger: createLogger('silent') };
    log = createEmbeddedEventLog({ ...parts, directory: join(folder, 'event-log'), proberName: 'test' });
    await log.start();
  });
  afterEach(async () => {
    for (const forwarder of forwarders.splice(0)) await forwarder.stop(5_000);
    await log.stop();
    rmSync(folder, { recursive: true });
  });

  const newForwarder = (
    partitionOf: (targetId: string) => number = () => 0,
    client = clientOf(bootstrap, { retry: { retries: 1 } }),
  ): Forwarder => {
    const forwarder = createForwarder({
      kafka: client,
      topic,
      backlog: log,
      partitionOf,
      clock: systemClock,
      logger: createLogger('silent'),
      async onShipped(nextOffset, acknowledged) {
        shipped.push(nextOffset);
        for (const [partition, end] of acknowledged) ends.set(partition, end);
      },
      onConnected: () => undefined,
      onFailed: (error) => failures.push(error),
    });
    forwarders.push(forwarder);
    return forwarder;
  };
  const seqsInTopic = async (count: number): Promise<number[]> => {
    const values = await consume(kafka, topic, count);
    return values
      .map((value) => {
        const event = decodeRecord(Buffer.from(value));
        if (isPoison(event)) throw new Error(event.detail);
        return event.seq;
      })
      .sort((a, b) => a - b);
  };

  it('ships every event once to its partition, and tells up to where and how far each partition reaches', async () => {
    await createTopic(kafka, topic, 3);
    const partitionOf = (targetId: string) => Number(targetId);
    const results = range(0, 300).map((index) => resultOf(index, { target_id: String(index % 3) }));
    await log.append(results.slice(0, 200));
    const forwarder = newForwarder(partitionOf);
    forwarder.start(0n);
    await eventually(() => shipped.at(-1)).toBe(201n);
    await log.append(results.slice(200));
    await eventually(() => shipped.at(-1)).toBe(301n);
    expect(await seqsInTopic(300)).toEqual(range(1, 301));
    expect(ends).toEqual(
      new Map([
        [0, 100n],
        [1, 100n],
        [2, 100n],
      ]),
    );
    expect(forwarder.stats()).toMatchObject({ shipped: 300, nextOffset: 301n, oldestUs: null });
    expect(forwarder.stats().meanBytes).toBeGreaterThan(200);
    expect(failures).toEqual([]);
  });

  it('goes on where it is told to, and ships nothing while it is stopped', async () => {
    await createTopic(kafka, topic);
    await log.append(resultsOf(0, 10));
    const forwarder = newForwarder();
    forwarder.start(6n);
    await eventually(() => shipped.at(-1)).toBe(11n);
    await forwarder.stop(5_000);
    await forwarder.stop(5_000);
    await log.append(resultsOf(10, 5));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(shipped.at(-1)).toBe(11n);
    forwarder.start(11n);
    await eventually(() => shipped.at(-1)).toBe(16n);
    expect(await seqsInTopic(10)).toEqual(range(6, 16));
  });

  it('keeps on trying a topic that is not there, and counts nothing before it is acknowledged', async () => {
    await log.append(resultsOf(0, 20));
    const forwarder = newForwarder();
    forwarder.start(0n);
    await eventually(() => failures.length).toBeGreaterThan(1);
    expect(shipped).toEqual([]);
    expect(forwarder.stats()).toMatchObject({ shipped: 0, nextOffset: 0n, lastAckUs: null });
    expect(forwarder.stats().oldestUs).toBe(resultOf(0).timestamp);
    await createTopic(kafka, topic);
    await eventually(() => shipped.at(-1)).toBe(21n);
    expect(await seqsInTopic(20)).toEqual(range(1, 21));
    // What was encoded for attempts that failed is in no mean.
    expect(forwarder.stats().meanBytes).toBeLessThan(1_000);
  });

  it('finds the broker that works behind one that takes connections and hangs up', async () => {
    await createTopic(kafka, topic);
    await log.append(resultsOf(0, 10));
    const server = createServer((socket) =>
      socket.on('error', () => undefined).on('data', () => socket.end()),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const settings = kafkaSettingsSchema.parse({ brokers: [`127.0.0.1:${port}`, bootstrap] });
    // A list it would begin with the first again and again.
    const turns = ['0', '0'];
    const random = { hex: () => turns.shift() ?? '1' };
    const config = await kafkaConfigOf(settings, {}, createLogger('silent'), random);
    newForwarder(undefined, new Kafka(config)).start(0n);
    await expect.poll(() => shipped.at(-1), { timeout: 60_000 }).toBe(11n);
    expect(turns).toEqual([]);
    server.close();
  });

  it('ships smaller batches where the broker takes no larger ones', async () => {
    await createTopic(kafka, topic);
    const admin = kafka.admin();
    await admin.connect();
    const configEntries = [{ name: 'max.message.bytes', value: '3000' }];
    await admin.alterConfigs({ validateOnly: false, resources: [{ type: 2, name: topic, configEntries }] });
    await admin.disconnect();
    const texts = range(0, 200).map((index) =>
      resultOf(index, { failure_detail: randomUUID() + randomUUID() }),
    );
    await log.append(texts);
    newForwarder().start(0n);
    await eventually(() => shipped.at(-1)).toBe(201n);
    expect(await seqsInTopic(200)).toEqual(range(1, 201));
    expect(failures).toEqual([]);
  });

  it('that could not be stopped in time does nothing for the next start', async () => {
    await createTopic(kafka, topic);
    await log.append(resultsOf(0, 10));
    const forwarder = newForwarder();
    forwarder.start(0n);
    await forwarder.stop(0);
    forwarder.start(11n);
    await log.append(resultsOf(10, 5));
    await eventually(() => forwarder.stats().nextOffset).toBe(16n);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(forwarder.stats().nextOffset).toBe(16n);
    await forwarder.stop(5_000);
    const admin = kafka.admin();
    await admin.connect();
    const [offsets] = await admin.fetchTopicOffsets(topic);
    await admin.disconnect();
    // The one that was given up ended before it began, or after the one batch it was at.
    expect(['5', '15']).toContain(offsets?.high);
  });
});
