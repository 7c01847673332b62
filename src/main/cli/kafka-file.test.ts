import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { AppError } from '../../shared/contract/app-error';
import { parseOptions } from './options';

const folder = mkdtempSync(join(tmpdir(), 'uptimer-kafka-file-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PASSWORD = ['${', 'env:KAFKA_PASSWORD}'].join('');
const sasl = { mechanism: 'plain', username: 'me', password: PASSWORD };

function fileOf(content: unknown, name = 'kafka.json'): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}
const parse = (content: unknown, ...more: string[]) =>
  parseOptions(['--kafka-config', fileOf(content), ...more], { LANG: 'en' }).settings;
function refusal(content: unknown, language = 'en'): AppError {
  try {
    parse(content, '--lang', language);
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error('it was not refused');
}

describe('the file of --kafka-config', () => {
  it('is taken, its paths counted from its folder', () => {
    const tls = { ca: 'ca.pem', cert: '/c.pem', key: 'sub/k.pem' };
    expect(parse({ tls, sasl })).toEqual({
      kafka: { tls: { ca: join(folder, 'ca.pem'), cert: '/c.pem', key: join(folder, 'sub/k.pem') }, sasl },
    });
    expect(parse({ tls: null })).toEqual({ kafka: { tls: null } });
  });

  it('yields to what the line itself says, wherever that stands', () => {
    const file = fileOf({ brokers: ['file:1'], topic: 'file', group: 'file' });
    const line = ['--topic', 'line', '--kafka-config', file, '--kafka', 'line:1'];
    expect(parseOptions(line, {}).settings.kafka).toEqual({
      brokers: ['line:1'],
      topic: 'line',
      group: 'file',
    });
  });

  it('with brokers asks for Kafka, and without leaves the log as it is', () => {
    expect(parse({ brokers: ['a:9092'] })).toMatchObject({ log: 'kafka' });
    expect(parse({ topic: 't' })).toEqual({ kafka: { topic: 't' } });
  });

  it.each([
    ['{"sasl": hidden}', /is not JSON\.$/],
    ['["hidden"]', /one JSON object in braces/],
    [{ topik: 'hidden' }, /: topik: there is no such field; allowed are brokers, clientId, topic, /],
    [
      { sasl: { ...sasl, pasword: 'hidden' } },
      /: sasl\.pasword: there is no such field; allowed are mechanism, /,
    ],
    [
      { sasl: { ...sasl, password: 'hidden' } },
      /: sasl\.password: a password never stands in a file: write \$\{env:NAME\}/,
    ],
    [{ sasl: { ...sasl, password: undefined } }, /: sasl\.password: is missing/],
    [{ sasl: { ...sasl, mechanism: 'hidden' } }, /: sasl\.mechanism: must be one of plain, scram-sha-256/],
    [{ sasl: { ...sasl, username: '' } }, /: sasl\.username: must be text/],
    [{ tls: { cert: 'hidden.pem' } }, /: tls\.key: a client certificate needs both/],
    [{ tls: { ca: 7 } }, /: tls\.ca: must be text/],
    [{ brokers: ['a:9092', 'hidden'] }, /: brokers\.1: must be HOST:PORT/],
    [{ brokers: 'hidden:1' }, /: brokers: has the wrong form/],
    [{ topic: 'hid den' }, /: topic: must be 1 to 249 letters/],
    [{ partitions: 0 }, /: partitions: must be a whole number from 1 to 1000/],
    [{ replication: '3' }, /: replication: must be a whole number from 1 to 32/],
  ])('%j is refused with file, field and reason, and no value of it is told', (content, message) => {
    const error = refusal(content);
    expect(error).toMatchObject({ code: 'invalid_input', field: '--kafka-config' });
    expect(error.message.startsWith(`--kafka-config ${join(folder, 'kafka.json')}: `)).toBe(true);
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain('hidden');
    expect(refusal(content, 'es').message).not.toBe(error.message);
  });
});
