import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { type BrokerProcess, createBrokerProcess } from '../support/kafka/broker-process';
import { readComposeFile } from '../support/kafka/compose-file';
import { freePorts } from '../support/kafka/free-ports';
import { launchAsImage, readProperties } from '../support/kafka/image-launch';
import { kafkaJars } from '../support/kafka/jars';
import { runProgram } from '../support/kafka/tools';
import { startWatchdog, type Watchdog } from '../support/kafka/watchdog';
import { clientOf, consume, createTopic, produce } from './support';

const { services } = readComposeFile();

/** The environment as the container would have it, with the names and ports of this machine for those of the containers. */
function onThisMachine(names: readonly string[], ports: readonly number[], folder: string) {
  const portOf = (name: string, kind: number): number => ports[names.indexOf(name) * 3 + kind] ?? 0;
  return names.map((name) => {
    const environment = Object.entries(services[name]?.environment ?? {}).map(([key, value]) => [
      key,
      String(value),
    ]);
    const own = Object.fromEntries(environment) as Record<string, string>;
    const host = portOf(name, 0);
    const internal = portOf(name, 1);
    own.KAFKA_LISTENERS = (own.KAFKA_LISTENERS ?? '')
      .replace('HOST://:9092', `HOST://127.0.0.1:${host}`)
      .replace('INTERNAL://:19092', `INTERNAL://127.0.0.1:${internal}`)
      .replace('CONTROLLER://:9093', `CONTROLLER://127.0.0.1:${portOf(name, 2)}`);
    own.KAFKA_ADVERTISED_LISTENERS = (own.KAFKA_ADVERTISED_LISTENERS ?? '')
      .replace(/localhost:\d+/, `127.0.0.1:${host}`)
      .replace(`${name}:19092`, `127.0.0.1:${internal}`);
    own.KAFKA_CONTROLLER_QUORUM_VOTERS = (own.KAFKA_CONTROLLER_QUORUM_VOTERS ?? '').replace(
      /(localhost|kafka-\d):9093/g,
      (_, of: string) => `127.0.0.1:${portOf(of === 'localhost' ? name : of, 2)}`,
    );
    own.KAFKA_LOG_DIRS = join(folder, name, 'data');
    return { name, id: Number(own.KAFKA_NODE_ID), host, internal, own };
  });
}

/** Starts the brokers of these services, each from its environment and by the image's own launch code. */
async function startServices(names: readonly string[], classPath: string, watchdog: Watchdog) {
  const folder = mkdtempSync(join(tmpdir(), 'uptimer-compose-kafka-'));
  watchdog.remove(folder);
  const nodes = onThisMachine(names, await freePorts(names.length * 3), folder);
  const processes = await Promise.all(
    nodes.map(async ({ name, id, internal, own }): Promise<BrokerProcess> => {
      const file = await launchAsImage(classPath, own, join(folder, name), watchdog);
      return createBrokerProcess({
        id,
        java: ['-Xmx256m', '-XX:TieredStopAtLevel=1', '-cp', classPath, 'kafka.Kafka', file],
        logFile: join(folder, `${name}.log`),
        client: { brokers: [`127.0.0.1:${internal}`] },
        watchdog,
      });
    }),
  );
  await Promise.all(processes.map((process) => process.start()));
  const bootstrap = nodes.map(({ host }) => `127.0.0.1:${host}`).join(',');
  return { nodes, processes, bootstrap, folder };
}

async function inWatch(work: (classPath: string, watchdog: Watchdog) => Promise<void>): Promise<void> {
  const jars = await kafkaJars('3.9.1');
  if ('reason' in jars) throw new Error(jars.reason);
  const watchdog = startWatchdog();
  try {
    await work(jars.classPath, watchdog);
  } finally {
    await watchdog.end();
  }
}

describe.skipIf(inject('kafkaJvm') !== null)(
  "the compose file's settings in the image's own launch code",
  () => {
    it('start a broker that serves, and whose health check tells whether it does', async () => {
      await inWatch(async (classPath, watchdog) => {
        const { nodes, processes, bootstrap, folder } = await startServices(['kafka'], classPath, watchdog);
        const client = clientOf(bootstrap);
        await createTopic(client, 'single');
        await produce(client, 'single', ['a']);
        expect(await consume(client, 'single', 1)).toEqual(['a']);

        const check = services.kafka?.healthcheck?.test[1] ?? '';
        const here = check
          .replace(
            /\/opt\/kafka\/bin\/kafka-broker-api-versions\.sh/,
            `java -cp '${classPath}' kafka.admin.BrokerApiVersionsCommand`,
          )
          .replace('localhost:19092', `127.0.0.1:${nodes[0]?.internal}`);
        expect(here).not.toContain('/opt/');
        expect((await runProgram('sh', ['-c', here], undefined, watchdog)).code).toBe(0);
        await processes[0]?.kill();
        const soon = `${here.replace('--bootstrap-server', `--command-config ${join(folder, 'soon')} --bootstrap-server`)}`;
        await runProgram(
          'sh',
          ['-c', `echo default.api.timeout.ms=3000 > ${join(folder, 'soon')}`],
          undefined,
          watchdog,
        );
        expect((await runProgram('sh', ['-c', soon], undefined, watchdog)).code).toBe(1);
      });
    });

    it('are all settings that Kafka knows', async () => {
      await inWatch(async (classPath, watchdog) => {
        const { stdout } = await runProgram(
          'java',
          ['-cp', classPath, 'kafka.server.KafkaConfig'],
          undefined,
          watchdog,
        );
        const known = new Set(
          [...stdout.matchAll(/id="brokerconfigs_([a-z0-9._]+)"/g)].map(([, name]) => name),
        );
        expect(known.size).toBeGreaterThan(200);
        const folder = mkdtempSync(join(tmpdir(), 'uptimer-compose-kafka-'));
        watchdog.remove(folder);
        for (const name of ['kafka', 'kafka-1']) {
          const [node] = onThisMachine([name], [1, 2, 3], folder);
          const file = await launchAsImage(classPath, node?.own ?? {}, join(folder, name), watchdog);
          expect(Object.keys(readProperties(file)).filter((key) => !known.has(key))).toEqual([]);
        }
      });
    });

    it('start three brokers that keep three copies, and go on without one', async () => {
      await inWatch(async (classPath, watchdog) => {
        const { processes, bootstrap } = await startServices(
          ['kafka-1', 'kafka-2', 'kafka-3'],
          classPath,
          watchdog,
        );
        const client = clientOf(bootstrap);
        await createTopic(client, 'cluster', 3, -1);
        await produce(client, 'cluster', ['a', 'b']);
        expect(await consume(client, 'cluster', 2)).toEqual(['a', 'b']);
        const admin = client.admin();
        await admin.connect();
        const { topics } = await admin.fetchTopicMetadata({ topics: ['cluster', '__consumer_offsets'] });
        await admin.disconnect();
        const copies = topics.flatMap(({ partitions }) => partitions.map(({ replicas }) => replicas.length));
        expect(new Set(copies)).toEqual(new Set([3]));
        await processes[0]?.kill();
        await produce(client, 'cluster', ['c']);
      });
    });
  },
);
