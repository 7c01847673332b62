import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { CompressionTypes, type Message, Partitioners } from 'kafkajs';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import schema from '../../docs/probe-events.v1.schema.json' with { type: 'json' };
import { partitionOf } from '../../src/shared/domain/partition';
import { waitUntil } from '../support/engine-client';
import type { KafkaCluster } from '../support/kafka/kafka-cluster';
import { startKafka } from '../support/kafka/start-kafka';
import { createFleet, FLAWLESS, type Fleet, verdictOn } from '../support/kafka-fleet';
import { clientOf } from './support';

const REFUSES = 'reason' in inject('kafka');
const TARGET = 'foreign-shop';
const FOREIGN_ID = 'a-foreign-producer';

/** What somebody who read the schema would write: the required fields and a measurement. */
const fieldsOf = (seq: number, changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  v: 1,
  timestamp: Date.now() * 1000,
  target_id: TARGET,
  url: 'https://shop.example/health',
  probe_id: FOREIGN_ID,
  seq,
  outcome: 'up',
  status_code: 200,
  latency_ms: 10 + seq / 100,
  ...changes,
});
const messageOf = (value: Record<string, unknown>): Message => ({
  key: String(value.target_id),
  value: JSON.stringify(value),
});

describe.skipIf(REFUSES)('other programs at the topic', () => {
  let cluster: KafkaCluster;
  let fleet: Fleet;
  beforeAll(async () => {
    cluster = await startKafka();
  });
  afterAll(() => cluster?.stop());
  afterEach(() => fleet?.close());

  const send = async (messages: Message[]): Promise<void> => {
    const producer = clientOf(cluster.bootstrap).producer({
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    await producer.connect();
    await producer.send({ topic: fleet.topic, compression: CompressionTypes.GZIP, messages });
    await producer.disconnect();
  };

  it("find what the schema says: every value that Kafka's own consumer reads, under its target's key", async () => {
    fleet = await createFleet(cluster.bootstrap);
    const engine = await fleet.start('engine');
    await waitUntil(() => engine.process.acknowledged.length > 100, 30_000);
    await fleet.quiet(engine);
    const { code, stdout } = await cluster.run('ConsoleConsumer', [
      ...['--topic', fleet.topic, '--from-beginning', '--timeout-ms', '15000'],
      ...['--max-messages', String(fleet.acknowledged().length)],
      ...['--property', 'print.key=true', '--property', 'print.partition=true'],
    ]);
    expect(code).toBe(0);
    const conforms = new Ajv2020({ allowUnionTypes: true, strict: true }).compile(schema);
    const keys = stdout
      .trim()
      .split('\n')
      .map((line) => {
        const [partition = '', key = '', value = ''] = line.split('\t');
        const event = JSON.parse(value) as { target_id: string; probe_id: string; seq: number };
        expect(conforms(event) ? [] : [value, conforms.errors]).toEqual([]);
        expect(key).toBe(event.target_id);
        expect(partition).toBe(`Partition:${partitionOf(key, 6)}`);
        return `${event.probe_id},${event.seq}`;
      });
    expect(keys.sort()).toEqual(fleet.acknowledged().sort());
    await fleet.finish();
    expect(await verdictOn(fleet)).toEqual(FLAWLESS);
  });

  it('write events that reach the lake and the interface, as those of a remote target', async () => {
    fleet = await createFleet(cluster.bootstrap);
    const engine = await fleet.start('engine');
    await waitUntil(() => engine.process.acknowledged.length > 60, 30_000);
    for (let seq = 1; seq <= 40; seq += 1) await send([messageOf(fieldsOf(seq))]);
    const keys = Array.from({ length: 40 }, (_, index) => `${FOREIGN_ID},${index + 1}`);
    await waitUntil(async () => {
      const found = await fleet.check.rawKeys();
      return keys.every((key) => found.has(key));
    }, 30_000);
    const state = (await engine.ask('state.current')).find(({ targetId }) => targetId === TARGET);
    expect(state).toMatchObject({ remote: true, state: 'up', url: 'https://shop.example/health' });
    const probers = (await engine.ask('probers.list')).map(({ probeId, own }) => [probeId, own]);
    expect(probers).toEqual([
      [(await engine.health()).probeId, true],
      [FOREIGN_ID, false],
    ]);
    const range = { fromUs: (Date.now() - 600_000) * 1000, toUs: (Date.now() + 60_000) * 1000 };
    const probes = await engine.ask('probes.get', { targetId: TARGET, probeId: null, range, limit: 200 });
    expect(probes).toHaveLength(40);
    await fleet.finish();
    expect(await verdictOn(fleet, 40)).toEqual(FLAWLESS);
  });

  it('write what is no event: it is set aside with place and reason, and reading goes on', async () => {
    fleet = await createFleet(cluster.bootstrap);
    const engine = await fleet.start('engine');
    await waitUntil(() => engine.process.acknowledged.length > 60, 30_000);
    await send([messageOf(fieldsOf(1))]);
    const partition = partitionOf(TARGET, 6);
    const tomorrow = (Date.now() + 86_400_000) * 1000;
    const poison: [string, Message][] = [
      ['not_json', { key: TARGET, value: 'hello {' }],
      ['wrong_version', messageOf(fieldsOf(2, { v: 2 }))],
      ['null_value', { key: TARGET, value: null }],
      ['oversized', { key: TARGET, value: JSON.stringify(fieldsOf(2, { note: ' '.repeat(1_100_000) })) }],
      ['invalid', messageOf(fieldsOf(2, { outcome: 'fine' }))],
      ['wrong_partition', { ...messageOf(fieldsOf(2)), partition: (partition + 1) % 6 }],
      ['in_the_future', messageOf(fieldsOf(2, { timestamp: tomorrow }))],
      ['identity_conflict', messageOf(fieldsOf(1, { latency_ms: 999 }))],
    ];
    for (const [, message] of poison) await send([{ partition, ...message }]);
    await send([messageOf(fieldsOf(2))]);
    await waitUntil(async () => (await fleet.check.rawKeys()).has(`${FOREIGN_ID},2`), 30_000);
    await waitUntil(() => fleet.check.quarantined().length === poison.length, 10_000);

    const told = (await engine.health()).kafka?.quarantine ?? [];
    expect(told.map(({ reason, count }) => [reason, count]).sort()).toEqual(
      poison.map(([reason]) => [reason, 1]).sort(),
    );
    const records = fleet.check.quarantined();
    for (const { reason, partition: at, offset, detail } of records) {
      expect(told.find((one) => one.reason === reason)).toMatchObject({ partition: at, offset });
      expect(at).toBe(reason === 'wrong_partition' ? (partition + 1) % 6 : partition);
      expect(detail).not.toBe('');
    }
    await fleet.finish();
    const quarantined = records.map((record) => JSON.stringify(record));
    expect(await verdictOn(fleet, 2)).toEqual({ ...FLAWLESS, quarantined });
  });

  it('may pack batches that cannot be unpacked here: they are set aside as a whole, and reading goes on', async () => {
    fleet = await createFleet(cluster.bootstrap);
    const engine = await fleet.start('engine');
    await waitUntil(() => engine.process.acknowledged.length > 60, 30_000);
    // A topic that was there before: one that is made here has the broker pack everything as gzip.
    const set = ['--alter', '--topic', fleet.topic, '--add-config', 'compression.type=producer'];
    expect(await cluster.run('ConfigCommand', set)).toMatchObject({ code: 0 });
    const partition = partitionOf(TARGET, 6);
    const input = [1, 2, 3].map((seq) => `${TARGET}\t${JSON.stringify(fieldsOf(seq))}\n`).join('');
    const keyed = ['--property', 'parse.key=true', '--topic', fleet.topic];
    for (const codec of ['snappy', 'lz4', 'zstd']) {
      const sent = await cluster.run('ConsoleProducer', [...keyed, '--compression-codec', codec], input);
      expect(sent, sent.stderr).toMatchObject({ code: 0 });
    }
    // A few kilobytes, and far more once they are unpacked.
    await send([{ key: TARGET, partition, value: Buffer.alloc(70_000_000, ' ') }]);
    await send([messageOf(fieldsOf(1))]);
    await waitUntil(async () => (await fleet.check.rawKeys()).has(`${FOREIGN_ID},1`), 30_000);
    await waitUntil(() => fleet.check.quarantined().length === 10, 10_000);
    const records = fleet.check.quarantined();
    expect(records.map(({ reason, partition: at }) => [reason, at])).toEqual(
      records.map(() => ['unreadable', partition]),
    );
    expect(new Set(records.map(({ offset }) => offset)).size).toBe(10);
    const details = records.map(({ detail }) => detail).join();
    for (const what of ['snappy', 'lz4', 'zstd', '67108864']) expect(details).toContain(what);
    expect((await engine.health()).kafka?.connection.state).toBe('connected');
    await fleet.finish();
    const quarantined = records.map((record) => JSON.stringify(record));
    expect(await verdictOn(fleet, 1)).toEqual({ ...FLAWLESS, quarantined });
  });

  it('may be a copy of one of ours, under its very name: what contradicts is set aside and said clearly', async () => {
    fleet = await createFleet(cluster.bootstrap);
    const first = await fleet.start('first', { role: 'prober' });
    const aggregator = await fleet.start('aggregator', { role: 'aggregator' });
    await waitUntil(() => first.process.acknowledged.length > 60, 30_000);
    await fleet.quiet(first);
    await first.kill('SIGTERM');
    const copy = join(first.data, '..', 'copy');
    cpSync(first.data, copy, { recursive: true });
    rmSync(join(copy, 'runtime.json'), { force: true });
    await fleet.start('first', { role: 'prober' });
    const second = await fleet.start('copy', { role: 'prober', data: copy });
    await waitUntil(() => second.process.acknowledged.length > 100, 30_000);
    await waitUntil(() => aggregator.hasTold('identity_conflict'), 30_000);
    const notice = (await aggregator.health()).notices.find(({ code }) => code === 'identity_conflict');
    expect(notice?.message).toContain('Two probers use one probe_id');
    await fleet.finish();
    const verdict = await verdictOn(fleet);
    expect(verdict).toMatchObject({ lost: [], missing: [], invented: 0 });
    // Of two events under one number in one partition the later is set aside: every one is in one place or the other.
    const rows = await fleet.check.countRaw();
    expect(rows + verdict.quarantined.length).toBe(fleet.acknowledged().length);
    for (const { reason } of fleet.check.quarantined()) expect(reason).toBe('identity_conflict');
  });
});
