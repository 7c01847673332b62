import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { newLake } from '../../src/main/datalake/lake-fixtures';
import { misplaced, readTables, someResults, tellStory } from '../support/repartition-story';
import { clientOf, createTopic, produce } from './support';

const shared = inject('kafka');
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

describe.skipIf('reason' in shared)('repartition on a real broker', () => {
  const bootstrap = 'bootstrap' in shared ? shared.bootstrap : '';
  const kafka = clientOf(bootstrap);

  it('refuses a topic that is too small, not read, or in use; then spreads one to six and tells the group', async () => {
    const topic = `repartition-${randomUUID()}`;
    const group = `group-${randomUUID()}`;
    const { directory, lakeDirectory, append, consume, close } = await tellStory();
    folders.push(directory);
    await append(someResults(40_000, 400, 1));
    await consume(1, 'stop');
    await close();
    const before = await readTables(lakeDirectory);
    const repartition = (
      to = 6,
      ofKafka = ['--kafka', bootstrap, '--topic', topic, '--group', group],
    ): { status: number | null; output: string } => {
      const args = ['--data', directory, '--partitions', `${to}`, '--yes', '--lang', 'en'];
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        ['out/main/headless.js', 'repartition', ...args, ...ofKafka],
        { encoding: 'utf8', env: { ...process.env, API_URL: '' } },
      );
      return { status, output: stdout + stderr };
    };
    const admin = kafka.admin();
    await admin.connect();
    try {
      await createTopic(kafka, topic, 3);
      expect(repartition()).toMatchObject({ status: 2, output: expect.stringContaining('fewer than 6') });
      await admin.createPartitions({ topicPartitions: [{ topic, count: 6 }] });

      const member = kafka.consumer({ groupId: group });
      await member.connect();
      await member.subscribe({ topic });
      const joined = new Promise((resolve) => member.on(member.events.GROUP_JOIN, resolve));
      await member.run({ eachMessage: async () => undefined, autoCommit: false });
      await joined;
      expect(repartition()).toMatchObject({
        status: 2,
        output: expect.stringContaining('running aggregator'),
      });
      await member.disconnect();

      // Enough of them that every partition has some.
      await produce(
        kafka,
        topic,
        Array.from({ length: 60 }, (_, index) => `foreign ${index}`),
      );
      expect(repartition()).toMatchObject({
        status: 2,
        output: expect.stringContaining('not in the lake yet'),
      });
      const ends = await admin.fetchTopicOffsets(topic);
      const [first] = ends.filter(({ partition }) => partition === 0);
      await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: first?.high ?? '0' }] });
      expect(await readTables(lakeDirectory)).toEqual(before);

      const { status, output } = repartition();
      expect(status, output).toBe(0);
      expect(output).toContain('has 6 partitions');
      expect(await readTables(lakeDirectory)).toEqual(before);
      expect(await misplaced(lakeDirectory, 6)).toEqual([]);
      const [noted] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
      expect(noted?.partitions).toHaveLength(6);
      for (const { metadata } of noted?.partitions ?? []) expect(metadata).toBe('uptimer partitions=6');

      // What stood in partitions that the lake did not have is read from its beginning.
      const { clusterId } = await admin.describeCluster();
      const lake = newLake(lakeDirectory);
      await lake.open();
      for (const partition of [1, 5]) {
        const { progress } = await lake.partition(partition).open();
        expect(progress?.places).toEqual({
          [`kafka:${clusterId}:${topic}`]: { nextOffset: '0', lastRecord: null },
        });
      }
      await lake.close();

      // From now on the lake knows its topic, also when the settings are back on the embedded log.
      const refused = (output: string): object => ({ status: 2, output: expect.stringContaining(output) });
      const itsOwn = `of the topic ${topic} are not in the lake yet`;
      expect(repartition(3, [])).toMatchObject(refused('name the brokers with --kafka HOST:PORT'));
      expect(repartition(3, ['--kafka', bootstrap])).toMatchObject(refused(itsOwn));
      expect(repartition(3, ['--kafka', bootstrap, '--topic', 'other'])).toMatchObject(
        refused(`filled from ${topic}, not from the topic other`),
      );
      const settings = { log: 'embedded', kafka: { brokers: [bootstrap], group } };
      writeFileSync(join(directory, 'settings.json'), JSON.stringify(settings));
      expect(repartition(3, [])).toMatchObject(refused(itsOwn));
    } finally {
      await admin.disconnect();
    }
  });
});
