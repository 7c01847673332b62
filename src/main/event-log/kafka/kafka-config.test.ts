import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { logLevel } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { createCertificates, hasOpenssl } from '../../../../test/support/certificates';
import { kafkaSettingsSchema } from '../../../shared/domain/kafka-settings';
import type { Logger } from '../../platform/logger';
import { createLogger } from '../../platform/logger';
import { kafkaConfigOf } from './kafka-config';
import { kafkaProblemOf } from './kafka-problem';
import { temporaryFolder } from './kafka-test-kit';

const silent = createLogger('silent');
const configOf = (more: object, env: Record<string, string> = {}, logger: Logger = silent) =>
  kafkaConfigOf(kafkaSettingsSchema.parse({ brokers: ['localhost:9092'], ...more }), env, logger);
const PASSWORD = ['${', 'env:KAFKA_PASSWORD}'].join('');
const sasl = { mechanism: 'scram-sha-512', username: 'me', password: PASSWORD };

describe('the configuration of a client', () => {
  it('has no TLS and no credentials unless they are set', async () => {
    const config = await configOf({});
    expect(config.clientId).toBe('uptimer');
    expect(config.ssl).toBeUndefined();
    expect(config.sasl).toBeUndefined();
    expect((await configOf({ tls: {} })).ssl).toEqual({});
  });

  it('gives kafkajs one broker of the list at a time, any of them', async () => {
    const settings = kafkaSettingsSchema.parse({ brokers: ['a:9092', 'b:9092', '[2001:db8::1]:9093'] });
    const numbers = ['00000002', '00000000', '0000000a'];
    const random = { hex: () => numbers.shift() ?? '' };
    const { brokers } = await kafkaConfigOf(settings, {}, silent, random);
    const next = brokers as () => Promise<string[]>;
    expect(await next()).toEqual(['[2001_db8__1]:9093']);
    expect(await next()).toEqual(['a:9092']);
    expect(await next()).toEqual(['b:9092']);
  });

  it('takes the password from the environment, without the line break that a file leaves', async () => {
    const config = await configOf({ sasl }, { KAFKA_PASSWORD: 'hidden\n' });
    expect(config.sasl).toEqual({ mechanism: 'scram-sha-512', username: 'me', password: 'hidden' });
  });

  it('names the variable that is not set, and is a problem of the settings', async () => {
    const error = await configOf({ sasl }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'invalid_input',
      field: 'kafka.sasl.password',
      message: expect.stringContaining('KAFKA_PASSWORD is not set'),
    });
    expect(kafkaProblemOf(error)).toMatchObject({ kind: 'settings' });
  });

  it('logs what kafkajs says, without stack traces, requests or secrets', async () => {
    const lines: string[] = [];
    const write = (fields: object, text: string): void => void lines.push(JSON.stringify([fields, text]));
    const logger = { ...silent, warn: write, debug: write } as unknown as Logger;
    const { logCreator } = await configOf({}, {}, logger);
    const entry = {
      timestamp: '',
      logger: 'kafkajs',
      message: 'Connection error',
      broker: 'b:1',
      stack: 'at x',
      payload: 'hidden',
    };
    logCreator?.(logLevel.INFO)({
      namespace: 'Connection',
      level: logLevel.ERROR,
      label: 'ERROR',
      log: entry,
    });
    expect(lines).toEqual([JSON.stringify([{ kafka: 'Connection', broker: 'b:1' }, 'Connection error'])]);
  });
});

describe.skipIf(!hasOpenssl())('the TLS files of a client', () => {
  const { ca, valid, unknownIssuer } = createCertificates();
  const folder = temporaryFolder();
  const file = (name: string, text: string): string => {
    const path = join(folder(), name);
    writeFileSync(path, text);
    return path;
  };
  const refusal = (tls: object) => configOf({ tls }).catch((thrown: unknown) => thrown);

  it('are read', async () => {
    const tls = {
      ca: file('ca.pem', ca),
      cert: file('cert.pem', valid.cert),
      key: file('key.pem', valid.key),
    };
    expect((await configOf({ tls })).ssl).toEqual({ ca, cert: valid.cert, key: valid.key });
  });

  it('that cannot be used are named, with the setting and the reason', async () => {
    const cert = file('cert.pem', valid.cert);
    const key = file('key.pem', valid.key);
    const locked = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
      type: 'pkcs8',
      format: 'pem',
      cipher: 'aes-256-cbc',
      passphrase: 'hidden',
    });
    const cases = [
      [{ ca: join(folder(), 'none.pem') }, 'kafka.tls.ca', /there is no file .*none\.pem/],
      [{ ca: folder() }, 'kafka.tls.ca', /is a folder/],
      [{ ca: file('text.pem', 'hello') }, 'kafka.tls.ca', /holds no certificate in PEM form/],
      [{ cert: file('text.pem', 'hello'), key }, 'kafka.tls.cert', /holds no certificate/],
      [{ cert, key: file('text.pem', 'hello') }, 'kafka.tls.key', /holds no key/],
      [{ cert, key: file('locked.pem', String(locked)) }, 'kafka.tls.key', /passphrase/],
      [{ cert, key: file('other.pem', unknownIssuer.key) }, 'kafka.tls.key', /is not the key of/],
    ] as const;
    for (const [tls, field, message] of cases) {
      expect(await refusal(tls)).toMatchObject({
        code: 'invalid_input',
        field,
        message: expect.stringMatching(message),
      });
    }
  });
});
