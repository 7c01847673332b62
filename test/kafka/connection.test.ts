import { setTimeout as sleep } from 'node:timers/promises';
import {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  type Admin,
  Kafka,
  logLevel,
  ResourcePatternTypes,
} from 'kafkajs';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type ClusterView, createClusterWatch } from '../../src/main/event-log/kafka/cluster-watch';
import { kafkaConfigOf } from '../../src/main/event-log/kafka/kafka-config';
import { kafkaProblemOf } from '../../src/main/event-log/kafka/kafka-problem';
import { testKafka } from '../../src/main/event-log/kafka/test-kafka';
import { systemClock } from '../../src/main/platform/clock';
import { createLogger } from '../../src/main/platform/logger';
import { kafkaSettingsSchema } from '../../src/shared/domain/kafka-settings';
import { eventually } from '../support/eventually';
import type { KafkaCluster, KafkaListener } from '../support/kafka/kafka-cluster';
import { startKafka } from '../support/kafka/start-kafka';

const kafka = inject('kafka');
const PASSWORD = ['${', 'env:KAFKA_PASSWORD}'].join('');
const logger = createLogger('silent');

describe.skipIf('reason' in kafka)('the connection test on a real broker', () => {
  let cluster: KafkaCluster;
  let admin: Admin;
  beforeAll(async () => {
    cluster = await startKafka({
      listeners: ['sasl-tls', 'plain', 'tls', 'sasl-plain', 'sasl-scram'],
      acl: true,
      settings: { 'listener.name.tls.ssl.client.auth': 'required' },
    });
    admin = new Kafka({
      brokers: (cluster.endpoints['sasl-plain'] ?? '').split(','),
      sasl: { mechanism: 'plain', ...cluster.credentials.admin },
      logLevel: logLevel.NOTHING,
    }).admin();
    await admin.connect();
    await admin.createTopics({
      topics: [
        { topic: 'mine', numPartitions: 3 },
        { topic: 'foreign', numPartitions: 1 },
      ],
    });
    await allow(AclResourceTypes.TOPIC, 'mine', ['DESCRIBE', 'READ', 'WRITE']);
    await allow(AclResourceTypes.GROUP, 'mine', ['DESCRIBE', 'READ']);
    // A broker learns of what was granted a moment later.
    for (let tries = 0; tries < 50 && !(await test('sasl-plain', saslOf('plain'))).ok; tries += 1)
      await sleep(100);
  });
  afterAll(async () => {
    await admin?.disconnect();
    await cluster?.stop();
  });

  const allow = async (
    resourceType: AclResourceTypes,
    resourceName: string,
    operations: readonly (keyof typeof AclOperationTypes)[],
  ): Promise<void> => {
    const principal = `User:${userName()}`;
    const common = { resourceType, resourceName, principal, host: '*' };
    const acl = operations.map((name) => ({
      ...common,
      resourcePatternType: ResourcePatternTypes.LITERAL,
      operation: AclOperationTypes[name],
      permissionType: AclPermissionTypes.ALLOW,
    }));
    await admin.createAcls({ acl });
  };
  const userName = () => cluster.credentials.user.username;
  const settingsOf = (listener: KafkaListener, more: object) =>
    kafkaSettingsSchema.parse({
      brokers: cluster.endpoints[listener]?.split(','),
      topic: 'mine',
      group: 'mine',
      partitions: 3,
      ...more,
    });
  const test = (listener: KafkaListener, more: object = {}, password = cluster.credentials.user.password) =>
    testKafka({ settings: settingsOf(listener, more), env: { KAFKA_PASSWORD: password }, logger });
  const saslOf = (mechanism: string, username = userName()) => ({
    sasl: { mechanism, username, password: PASSWORD },
  });
  const trusting = () => ({ ca: cluster.certificates?.ca, cert: null, key: null });
  const withCertificate = () => ({
    ca: cluster.certificates?.ca,
    cert: cluster.certificates?.cert,
    key: cluster.certificates?.key,
  });
  const good = {
    ok: true,
    problem: null,
    clusterId: expect.stringMatching(/./),
    brokers: 1,
    topic: { partitions: 3, replication: 1 },
  };

  it.each(['plain', 'scram-sha-256', 'scram-sha-512'])('passes with %s over TLS', async (mechanism) => {
    expect(await test('sasl-tls', { ...saslOf(mechanism), tls: trusting() })).toEqual(good);
  });

  it('passes with SASL without TLS', async () => {
    expect(await test('sasl-plain', saslOf('plain'))).toEqual(good);
    expect(await test('sasl-scram', saslOf('scram-sha-256'))).toEqual(good);
  });

  it('is not all that says it: a look at the cluster tells at once that the group may not be seen', async () => {
    const settings = settingsOf('sasl-plain', { ...saslOf('plain'), group: 'secret' });
    const env = { KAFKA_PASSWORD: cluster.credentials.user.password };
    const seen: ClusterView[] = [];
    const watch = createClusterWatch({
      ...{
        kafka: new Kafka(await kafkaConfigOf(settings, env, logger)),
        settings,
        clock: systemClock,
        logger,
      },
      onLook: (view) => seen.push(view),
      onFailed: () => undefined,
    });
    watch.start();
    await eventually(() => seen.length, 30_000).toBeGreaterThan(0);
    await watch.stop();
    expect(seen[0]?.shape).toMatchObject({ partitions: 3, replication: 1 });
    expect(kafkaProblemOf(seen[0]?.groupProblem)).toMatchObject({ kind: 'permission' });
  });

  it('passes when one broker of the list works', async () => {
    const brokers = ['no-such-host.invalid:9092', cluster.endpoints['sasl-plain']];
    expect(await test('sasl-plain', { ...saslOf('plain'), brokers })).toEqual(good);
  });

  it.each(['plain', 'scram-sha-256', 'scram-sha-512'])(
    'says that a password of %s is wrong',
    async (mechanism) => {
      const { ok, problem } = await test('sasl-tls', { ...saslOf(mechanism), tls: trusting() }, 'wrong');
      expect({ ok, ...problem }).toMatchObject({ ok: false, kind: 'credentials' });
      expect(problem?.message).not.toContain('wrong');
    },
  );

  it('says that a mechanism is not offered, that credentials are wanted, or that none are taken', async () => {
    expect((await test('sasl-plain', saslOf('scram-sha-256'))).problem).toMatchObject({
      kind: 'credentials',
      message: expect.stringMatching(/mechanism/),
    });
    expect((await test('sasl-plain')).problem).toMatchObject({
      kind: 'credentials',
      message: expect.stringMatching(/kafka\.sasl/),
    });
    expect((await test('plain', saslOf('plain'))).problem).toMatchObject({
      kind: 'credentials',
      message: expect.stringMatching(/switch SASL off/),
    });
  });

  it('says that the authority is not trusted, that a client certificate is wanted, and takes a good one', async () => {
    const stranger = { ca: cluster.certificates?.otherCa, cert: null, key: null };
    expect((await test('tls', { tls: stranger })).problem).toMatchObject({ kind: 'tls' });
    expect((await test('tls', { tls: trusting() })).problem).toMatchObject({
      kind: 'tls',
      message: expect.stringMatching(/kafka\.tls\.cert/),
    });
    // Whom the certificate names may do nothing: it came as far as that.
    expect((await test('tls', { tls: withCertificate() })).problem).toMatchObject({ kind: 'permission' });
  });

  it('says that TLS meets a port without, and the reverse', async () => {
    expect((await test('sasl-plain', { ...saslOf('plain'), tls: trusting() })).problem).toMatchObject({
      kind: 'protocol',
    });
    expect((await test('sasl-tls', saslOf('plain'))).problem).toMatchObject({ kind: 'protocol' });
  });

  it('says which permission is missing', async () => {
    const of = async (more: object) => (await test('sasl-plain', { ...saslOf('plain'), ...more })).problem;
    expect(await of({ topic: 'foreign' })).toMatchObject({
      kind: 'permission',
      message: expect.stringMatching(/topic/),
    });
    expect(await of({ group: 'foreign' })).toMatchObject({
      kind: 'permission',
      message: expect.stringMatching(/group/),
    });
  });

  it('says that a topic is not there and may not be made, or passes where it may', async () => {
    await allow(AclResourceTypes.TOPIC, 'absent', ['DESCRIBE']);
    const more = { ...saslOf('plain'), topic: 'absent' };
    await eventually(async () => (await test('sasl-plain', more)).problem?.kind).toBe('topic_missing');
    await allow(AclResourceTypes.TOPIC, 'absent', ['CREATE']);
    await eventually(() => test('sasl-plain', more)).toEqual({ ...good, topic: null });
    expect((await test('sasl-plain', { ...more, replication: 3 })).problem).toMatchObject({
      kind: 'settings',
      message: expect.stringMatching(/replication/),
    });
  });
});

describe.skipIf('reason' in kafka)('the connection test on a plain broker', () => {
  it('passes, and makes no topic', async () => {
    const brokers = 'bootstrap' in kafka ? kafka.bootstrap.split(',') : [];
    const settings = kafkaSettingsSchema.parse({ brokers, topic: 'never-made', group: 'never-made' });
    for (const _time of [1, 2]) {
      expect(await testKafka({ settings, env: {}, logger })).toMatchObject({ ok: true, topic: null });
    }
  });
});
