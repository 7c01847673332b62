import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { freePorts } from '../support/kafka/free-ports';
import type { KafkaCluster } from '../support/kafka/kafka-cluster';
import { startKafka } from '../support/kafka/start-kafka';
import { clientOf, consume, createTopic, produce } from './support';

const canStart = inject('kafkaJvm') === null;

describe.skipIf(!canStart)('a broker of its own', () => {
  let cluster: KafkaCluster;
  beforeAll(async () => {
    cluster = await startKafka({ settings: { 'message.max.bytes': '2000' } });
    await createTopic(clientOf(cluster.bootstrap), 'kept', 2);
  });
  afterAll(() => cluster?.stop());

  it('keeps what it acknowledged through kill -9, on the same port', async () => {
    const client = clientOf(cluster.bootstrap);
    const [broker] = cluster.brokers;
    await produce(client, 'kept', ['a', 'b', 'c']);
    const pid = broker?.pid;
    await broker?.kill();
    expect(broker?.pid).toBeNull();
    await expect(
      clientOf(cluster.bootstrap, { retry: { retries: 0 } })
        .admin()
        .connect(),
    ).rejects.toThrow();
    await broker?.start();
    expect(broker?.pid).not.toBe(pid);
    expect(await consume(client, 'kept', 3)).toEqual(['a', 'b', 'c']);
  });

  it('keeps it through an orderly stop', async () => {
    const client = clientOf(cluster.bootstrap);
    await cluster.brokers[0]?.stop();
    await cluster.brokers[0]?.start();
    await produce(client, 'kept', ['d']);
    expect(await consume(client, 'kept', 4)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('answers nothing while it is paused, and goes on where it was', async () => {
    const client = clientOf(cluster.bootstrap);
    cluster.brokers[0]?.pause();
    const impatient = clientOf(cluster.bootstrap, { retry: { retries: 0 }, requestTimeout: 500 });
    const admin = impatient.admin();
    try {
      await expect(admin.connect().then(() => admin.describeCluster())).rejects.toThrow();
    } finally {
      cluster.brokers[0]?.resume();
      await admin.disconnect();
    }
    await produce(client, 'kept', ['e']);
    expect(await consume(client, 'kept', 5)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('follows the settings that it was given', async () => {
    const tooLarge = produce(clientOf(cluster.bootstrap), 'kept', ['x'.repeat(3_000)]);
    await expect(tooLarge).rejects.toMatchObject({ type: 'MESSAGE_TOO_LARGE' });
  });

  it("is reached by Kafka's own tools", async () => {
    const created = await cluster.run('TopicCommand', [
      '--create',
      '--topic',
      'by-tool',
      '--partitions',
      '2',
    ]);
    expect(created, created.stderr).toMatchObject({ code: 0 });
    const produced = await cluster.run('ConsoleProducer', ['--topic', 'by-tool'], 'one\ntwo\n');
    expect(produced, produced.stderr).toMatchObject({ code: 0 });
    expect(await consume(clientOf(cluster.bootstrap), 'by-tool', 2)).toEqual(['one', 'two']);
    const read = ['--topic', 'by-tool', '--from-beginning', '--max-messages', '2', '--timeout-ms', '20000'];
    const consumed = await cluster.run('kafka.tools.ConsoleConsumer', read);
    expect(consumed.stdout.trim().split('\n').sort(), consumed.stderr).toEqual(['one', 'two']);
    const failed = await cluster.run('TopicCommand', ['--describe', '--topic', 'absent']);
    expect(failed.code).toBe(1);
    expect(failed.stdout + failed.stderr).toMatch(/absent.* does not exist/);
  });
});

describe.skipIf(!canStart)('a broker with a folder and a port that were given', () => {
  it('leaves its data, and comes back as the same cluster at the same address', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'uptimer-kept-broker-'));
    const [port = 0] = await freePorts(1);
    const start = () => startKafka({ folder, port });
    let cluster = await start();
    try {
      const client = clientOf(`127.0.0.1:${port}`);
      await createTopic(client, 'kept');
      await produce(client, 'kept', ['a', 'b']);
      await cluster.stop();
      cluster = await start();
      expect(await consume(client, 'kept', 2)).toEqual(['a', 'b']);
    } finally {
      await cluster.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  }, 180_000);
});

describe.skipIf(!canStart)('a broker of Kafka 4', () => {
  it('serves the same client', async () => {
    const cluster = await startKafka({ version: '4.1.0' });
    try {
      const client = clientOf(cluster.bootstrap);
      await createTopic(client, 'four');
      await produce(client, 'four', ['a', 'b']);
      expect(await consume(client, 'four', 2)).toEqual(['a', 'b']);
      const listed = await cluster.run('TopicCommand', ['--list']);
      expect(listed.stdout.split('\n')).toContain('four');
    } finally {
      await cluster.stop();
    }
  }, 180_000);
});
