import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findComposeValidator, validateCompose } from './support/compose-schema';
import { COMPOSE_PATH, readComposeFile } from './support/kafka/compose-file';

const validator = await findComposeValidator();
if ('reason' in validator) console.warn(`skipped: ${validator.reason}`);
const program = 'program' in validator ? validator.program : '';

describe.skipIf('reason' in validator)('the compose file and the specification', () => {
  it('follows its schema', async () => {
    expect(await validateCompose(program, COMPOSE_PATH)).toBeNull();
  });

  it('would not, were a word misspelt', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'uptimer-compose-'));
    try {
      const file = join(folder, 'compose.yml');
      writeFileSync(file, readFileSync(COMPOSE_PATH, 'utf8').replace('depends_on:', 'depend_on:'));
      expect(await validateCompose(program, file)).toContain('depend_on');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('the compose file', () => {
  const { services, volumes } = readComposeFile();
  const brokers = Object.entries(services).filter(([name]) => name.startsWith('kafka'));
  const hostPorts = (name: string): string[] =>
    (services[name]?.ports ?? []).map((port) => port.replace(/:\d+$/, ''));

  it('starts one broker without a profile, three with `cluster`, and UpTimer beside the one with `full`', () => {
    const started = (profile: string | null): string[] =>
      Object.entries(services)
        .filter(
          ([, { profiles }]) => profiles === undefined || (profile !== null && profiles.includes(profile)),
        )
        .map(([name]) => name);
    expect(started(null)).toEqual(['kafka']);
    expect(started('full')).toEqual(['kafka', 'uptimer']);
    expect(started('cluster')).toEqual(['kafka', 'kafka-1', 'kafka-2', 'kafka-3']);
  });

  it('listens on loopback only, and no two brokers on one port', () => {
    expect(hostPorts('kafka')).toEqual(['127.0.0.1:9092']);
    const all = brokers.flatMap(([name]) => hostPorts(name));
    expect(new Set(all).size).toBe(4);
    expect(all.every((port) => port.startsWith('127.0.0.1:'))).toBe(true);
  });

  it('advertises to the host what the host can reach, and to containers their name', () => {
    for (const [name, { environment, ports }] of brokers) {
      const port = /:(\d+):9092$/.exec(ports?.[0] ?? '')?.[1];
      expect(environment?.KAFKA_ADVERTISED_LISTENERS).toBe(
        `HOST://localhost:${port},INTERNAL://${name}:19092`,
      );
    }
    const moved = readComposeFile({
      KAFKA_PORT: '9999',
      KAFKA_HOST: 'kafka.example',
      KAFKA_BIND: '0.0.0.0',
    }).services;
    expect(moved.kafka?.ports).toEqual(['0.0.0.0:9999:9092']);
    expect(moved.kafka?.environment?.KAFKA_ADVERTISED_LISTENERS).toContain('HOST://kafka.example:9999,');
    expect(moved.uptimer?.command).toContain('kafka.example:9999');
  });

  it('declares every named volume that it mounts, each mounted by one service, at what the service writes', () => {
    const mounted = Object.values(services).flatMap(({ volumes }) => volumes ?? []);
    const names = mounted.map((mount) => mount.split(':')[0]);
    expect([...names].sort()).toEqual(Object.keys(volumes).sort());
    for (const [name, { environment }] of brokers) {
      expect(services[name]?.volumes?.[0]?.split(':')[1]).toBe(environment?.KAFKA_LOG_DIRS);
    }
    expect(readFileSync('Dockerfile', 'utf8')).toContain(
      `VOLUME ${services.uptimer?.volumes?.[0]?.split(':')[1]}`,
    );
  });

  it('waits with UpTimer for a broker that is well, and knows of every broker whether it is', () => {
    expect(services.uptimer?.depends_on).toEqual({ kafka: { condition: 'service_healthy' } });
    for (const [, { healthcheck, environment }] of brokers) {
      expect(healthcheck?.test.join(' ')).toContain(`grep -q '(id: ${environment?.KAFKA_NODE_ID} '`);
    }
  });

  it("runs UpTimer in the host's network, since it listens on its own loopback only", () => {
    expect(services.uptimer).toMatchObject({ build: '.', network_mode: 'host' });
    expect(services.uptimer?.ports).toBeUndefined();
    expect(services.uptimer?.command).toEqual(['--kafka', 'localhost:9092', '--port', '8123']);
  });

  it('keeps three copies of everything in the cluster, two of them in sync, and no ZooKeeper anywhere', () => {
    for (const name of ['kafka-1', 'kafka-2', 'kafka-3']) {
      expect(services[name]?.environment).toMatchObject({
        KAFKA_DEFAULT_REPLICATION_FACTOR: 3,
        KAFKA_MIN_INSYNC_REPLICAS: 2,
        KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: 3,
        KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: 3,
        KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: 2,
      });
    }
    for (const [, { image, environment }] of brokers) {
      expect(image).toBe('apache/kafka:3.9.1');
      expect(environment?.KAFKA_PROCESS_ROLES).toBe('broker,controller');
      expect(Object.keys(environment ?? {}).filter((key) => key.includes('ZOOKEEPER'))).toEqual([]);
    }
  });
});
