import { readFileSync } from 'node:fs';
import type { KafkaConfig, SASLOptions } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { hasOpenssl } from '../support/certificates';
import { type KafkaCluster, type KafkaListener, LISTENERS } from '../support/kafka/kafka-cluster';
import { startKafka } from '../support/kafka/start-kafka';
import { clientOf, consume, createTopic, produce } from './support';

describe.skipIf(inject('kafkaJvm') !== null || !hasOpenssl())('the listeners of a broker', () => {
  let cluster: KafkaCluster;
  beforeAll(async () => {
    cluster = await startKafka({ listeners: LISTENERS, acl: true });
    const grant = ['--add', '--allow-principal', 'User:uptimer', '--operation', 'All', '--group', '*'];
    const granted = await cluster.run('AclCommand', [
      ...grant,
      '--topic',
      'open-',
      '--resource-pattern-type',
      'prefixed',
    ]);
    expect(granted, granted.stderr).toMatchObject({ code: 0 });
    const groups = await cluster.run('AclCommand', grant);
    expect(groups, groups.stderr).toMatchObject({ code: 0 });
  });
  afterAll(() => cluster?.stop());

  const pem = (name: 'ca' | 'cert' | 'key' | 'otherCa'): string =>
    readFileSync(cluster.certificates?.[name] ?? '', 'utf8');
  const at = (listener: KafkaListener, options: Partial<KafkaConfig> = {}) =>
    clientOf(cluster.endpoints[listener] ?? '', { retry: { retries: 0 }, ...options });
  const signIn = (
    mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512',
    password?: string,
  ): SASLOptions => ({
    mechanism,
    ...cluster.credentials.user,
    ...(password === undefined ? {} : { password }),
  });
  const connect = async (options: ReturnType<typeof at>): Promise<void> => {
    const admin = options.admin();
    try {
      await admin.connect();
      await admin.describeCluster();
    } finally {
      await admin.disconnect();
    }
  };

  it('TLS: is verified by its authority, and by no other', async () => {
    await connect(at('tls', { ssl: { ca: pem('ca') } }));
    await connect(at('tls', { ssl: { ca: pem('ca'), cert: pem('cert'), key: pem('key') } }));
    await expect(connect(at('tls', { ssl: { ca: pem('otherCa') } }))).rejects.toThrow(/certificate/);
    await expect(connect(at('tls'))).rejects.toThrow();
  });

  it.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)(
    'SASL %s: takes the right password only',
    async (mechanism) => {
      const listener = mechanism === 'plain' ? 'sasl-plain' : 'sasl-scram';
      await connect(at(listener, { sasl: signIn(mechanism) }));
      await expect(connect(at(listener, { sasl: signIn(mechanism, 'wrong') }))).rejects.toMatchObject({
        name: 'KafkaJSSASLAuthenticationError',
      });
      await connect(at('sasl-tls', { ssl: { ca: pem('ca') }, sasl: signIn(mechanism) }));
    },
  );

  it('grant nothing but what was granted', async () => {
    const user = at('sasl-scram', { sasl: signIn('scram-sha-256'), retry: { retries: 5 } });
    await createTopic(user, 'open-topic');
    await produce(user, 'open-topic', ['a']);
    expect(await consume(user, 'open-topic', 1)).toEqual(['a']);
    await expect(createTopic(user, 'closed-topic')).rejects.toThrow();
    const nobody = at('plain');
    await expect(createTopic(nobody, 'open-other')).rejects.toThrow();
  });
});
