import { describe, expect, it } from 'vitest';
import { settingsSchema } from '../../../shared/domain/settings';
import { texts } from '../../texts/texts';
import { changedFields, checkLog, fieldOf, formOf, type LogForm, REFERENCE_EXAMPLE } from './log-form';

const embedded = settingsSchema.parse({});
const form = (changes: Partial<LogForm> = {}): LogForm => ({
  ...formOf(embedded),
  log: 'kafka',
  brokers: 'localhost:9092',
  ...changes,
});
const errorsOf = (changes: Partial<LogForm>) => checkLog(form(changes), embedded.kafka, texts.en).errors;

describe('the panel of the event log', () => {
  it('takes brokers as people write lists: commas, spaces, lines', () => {
    const { kafka, errors } = checkLog(
      form({ brokers: ' a:1,b:2  [::1]:3;\n d.example:65535 ' }),
      embedded.kafka,
      texts.en,
    );
    expect(errors).toEqual({});
    expect(kafka?.brokers).toEqual(['a:1', 'b:2', '[::1]:3', 'd.example:65535']);
  });

  it('names the broker that is wrong, and says how it is written', () => {
    expect(errorsOf({ brokers: '' }).brokers).toContain('At least one broker');
    expect(errorsOf({ brokers: 'a:1, kafka' }).brokers).toContain('"kafka" is not HOST:PORT');
    expect(errorsOf({ brokers: 'http://a:9092' }).brokers).toContain('"http://a:9092" is not HOST:PORT');
    expect(errorsOf({ brokers: 'a:1, b:99999' }).brokers).toContain('The port of b:99999');
    expect(errorsOf({ brokers: Array.from({ length: 65 }, () => 'a:1').join() }).brokers).toContain('64');
  });

  it('judges every other field with the schema, in both languages', () => {
    const wrong = {
      topic: 'a b',
      group: '',
      clientId: 'x'.repeat(250),
      partitions: '0',
      replication: '1.5',
      tls: 'on',
      cert: '/cert.pem',
      mechanism: 'plain',
      username: '',
      password: 'hunter2',
    } as const;
    const fields = ['clientId', 'group', 'key', 'partitions', 'password', 'replication', 'topic', 'username'];
    for (const language of ['en', 'es'] as const) {
      const { kafka, errors } = checkLog(form(wrong), embedded.kafka, texts[language]);
      expect(kafka).toBe(null);
      expect(Object.keys(errors).sort()).toEqual(fields);
    }
    expect(errorsOf({ tls: 'on', key: '/key.pem' })).toEqual({ cert: texts.en.settings.errPair });
    expect(errorsOf({ partitions: '1001' }).partitions).toContain('1 to 1,000');
  });

  it('makes of the form the settings that the form was made of, with what has no field in it', () => {
    const settings = settingsSchema.parse({
      log: 'kafka',
      kafka: {
        sessionTimeoutMs: 30_000,
        brokers: ['a:1', 'b:2'],
        tls: { ca: '/ca.pem' },
        sasl: { mechanism: 'scram-sha-512', username: 'u', password: REFERENCE_EXAMPLE },
      },
    });
    expect(checkLog(formOf(settings), settings.kafka, texts.en).kafka).toEqual(settings.kafka);
    expect(changedFields(formOf(settings), settings)).toEqual([]);
  });

  it('tells what is not saved, and leaves out what is switched off', () => {
    expect(changedFields(form(), embedded)).toEqual(['log', 'brokers']);
    expect(changedFields(form({ log: 'embedded' }), embedded)).toEqual([]);
    expect(changedFields(form({ tls: 'off', ca: '/ca.pem', username: 'u' }), embedded)).toEqual([
      'log',
      'brokers',
    ]);
    const kafka = settingsSchema.parse({ log: 'kafka', kafka: { brokers: ['a:1', 'b:2'] } });
    expect(changedFields({ ...formOf(kafka), brokers: 'a:1  b:2,' }, kafka)).toEqual([]);
  });

  it('finds its field for what the engine refuses', () => {
    expect(fieldOf('kafka.brokers')).toBe('brokers');
    expect(fieldOf('kafka.brokers.1')).toBe('brokers');
    expect(fieldOf('kafka.tls.ca')).toBe('ca');
    expect(fieldOf('kafka.tls')).toBe('tls');
    expect(fieldOf('kafka.sasl.password')).toBe('password');
    expect(fieldOf('kafka.sasl')).toBe('mechanism');
    expect(fieldOf('log')).toBe('log');
    expect(fieldOf('windowMs')).toBe(undefined);
    expect(fieldOf(undefined)).toBe(undefined);
  });
});
