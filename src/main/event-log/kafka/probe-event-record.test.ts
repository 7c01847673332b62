import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProbeEvent } from '../../../shared/domain/probe-event';
import { resultOf, resultsOf } from '../event-log-fixtures';
import { decodeRecord, encodeRecord, isPoison } from './probe-event-record';
import { probeEvent } from './probe-event-record-fixtures';

const eventOf = (index: number, change: Partial<ProbeEvent> = {}): ProbeEvent => ({
  ...resultOf(index),
  probe_id: 'home-0a1b2c3d',
  seq: index + 1,
  late: false,
  ...change,
});
const least = {
  v: 1,
  timestamp: 1_767_614_400_000_000,
  target_id: 'shop',
  url: 'https://shop.example/health',
  probe_id: 'foreign',
  seq: 1,
  outcome: 'up',
};
const decode = (json: unknown) => decodeRecord(Buffer.from(JSON.stringify(json)));
const roundTrip = (event: ProbeEvent) => decodeRecord(Buffer.from(encodeRecord(event).value));

describe('a record of the topic', () => {
  it('has the target as its key, and begins with its version', () => {
    const { key, value } = encodeRecord(eventOf(1));
    expect(key).toBe('api');
    expect(value.startsWith('{"v":1,"timestamp":1767614401000000,')).toBe(true);
  });

  it('leaves out what is null, and what only the aggregator can say', () => {
    expect(Object.keys(JSON.parse(encodeRecord(eventOf(1, { late: true })).value))).toEqual([
      ...['v', 'timestamp', 'started_at', 'target_id', 'url', 'probe_id', 'seq', 'outcome', 'status_code'],
      ...['latency_ms', 'dns_ms', 'connect_ms', 'tls_ms', 'ttfb_ms', 'transfer_ms', 'attempt'],
      ...['is_final_attempt', 'remote_ip', 'http_version', 'response_bytes', 'config_version'],
    ]);
  });

  it('gives back the event it was made of', () => {
    for (const [index, result] of resultsOf(0, 200).entries()) {
      const event = { ...eventOf(index), ...result };
      expect(roundTrip(event)).toEqual(event);
    }
    fc.assert(
      fc.property(probeEvent, (event) => {
        expect(roundTrip(event)).toEqual(event);
      }),
    );
  });

  it('gives events that all have their columns in one order', () => {
    const order = (event: object) => Object.keys(event).join();
    const whole = order(roundTrip(eventOf(1)));
    expect(order(decode(least))).toBe(whole);
    fc.assert(fc.property(probeEvent, (event) => order(roundTrip(event)) === whole));
  });

  it('of a foreign producer needs seven fields, and ignores what it does not know', () => {
    expect(decode({ ...least, colour: 'green', late: true })).toEqual({
      ...eventOf(0),
      timestamp: least.timestamp,
      started_at: least.timestamp,
      target_id: 'shop',
      url: least.url,
      probe_id: 'foreign',
      seq: 1,
      status_code: null,
      latency_ms: null,
      dns_ms: null,
      connect_ms: null,
      tls_ms: null,
      ttfb_ms: null,
      transfer_ms: null,
      remote_ip: null,
      http_version: null,
      response_bytes: null,
      config_version: 0,
    });
  });

  it('shows no secret of a URL that its producer forgot to mask', () => {
    const urlOf = (url: string) => (decode({ ...least, url }) as ProbeEvent).url;
    for (const _time of ['read', 'kept']) {
      expect(urlOf('https://me:hidden@shop.example/a?token=hidden&page=2#hidden')).toBe(
        'https://shop.example/a?token=***&page=2',
      );
      expect(urlOf('ftp://me:hidden@shop.example/')).toBe('***');
      expect(urlOf('tcp://shop.example:5432')).toBe('tcp://shop.example:5432');
    }
  });

  it('keeps to its bounded memory however many URLs come', () => {
    for (let index = 0; index < 45_000; index += 1) {
      const url = `https://shop.example/${index}?token=${index}`;
      const event = decode({ ...least, url });
      if (isPoison(event) || event.url !== `https://shop.example/${index}?token=***`) throw new Error(url);
    }
  });

  it('with half a surrogate pair holds what the lake would make of it', () => {
    expect(decode({ ...least, target_id: 'a\ud800', url: 'https://x.example/\udc00' })).toMatchObject({
      target_id: 'a\ufffd',
      url: 'https://x.example/\ufffd',
    });
  });
});

describe('a record that is no event', () => {
  const far = { ...least, outcome: 'missed', missed_count: 2 };
  it.each([
    ['null', null, 'null_value', /no value/],
    ['empty', Buffer.alloc(0), 'not_json', /0 bytes/],
    ['no JSON', Buffer.from('hello, password=hidden'), 'not_json', /^(?!.*hidden)/],
    ['a list', Buffer.from('[1]'), 'invalid', /no JSON object/],
    ['JSON null', Buffer.from('null'), 'invalid', /no JSON object/],
    ['of another version', { ...least, v: 2 }, 'wrong_version', /^v: must be 1/],
    ['without a version', { ...least, v: undefined }, 'wrong_version', /^v: /],
    ['too large', Buffer.alloc(1_048_577, ' '), 'oversized', /1048577/],
    ['without a seq', { ...least, seq: undefined }, 'invalid', /^seq: /],
    ['with seq 0', { ...least, seq: 0 }, 'invalid', /^seq: /],
    ['with a broken number', { ...least, attempt: 1.5 }, 'invalid', /^attempt: .*1 to 127/],
    ['with an attempt beyond its column', { ...least, attempt: 128 }, 'invalid', /^attempt: /],
    ['with a status beyond three digits', { ...least, status_code: 1000 }, 'invalid', /^status_code: /],
    ['with a negative latency', { ...least, latency_ms: -1 }, 'invalid', /^latency_ms: /],
    [
      'with a boundless number',
      Buffer.from(JSON.stringify({ ...least, dns_ms: 0 }).replace('"dns_ms":0', '"dns_ms":1e999')),
      'invalid',
      /^dns_ms: /,
    ],
    [
      'with an unknown outcome',
      { ...least, outcome: 'broken' },
      'invalid',
      /^outcome: must be one of down, /,
    ],
    ['with an unknown code', { ...least, failure_code: 'x' }, 'invalid', /^failure_code: /],
    ['with an instant in seconds', { ...least, timestamp: 1_767_614_400.5 }, 'invalid', /^timestamp: /],
    ['with an instant as text', { ...least, timestamp: '2026-01-05' }, 'invalid', /^timestamp: /],
    ['with no target', { ...least, target_id: '' }, 'invalid', /^target_id: /],
    ['with a long detail', { ...least, failure_detail: 'x'.repeat(4097) }, 'invalid', /^failure_detail: /],
    ['with a count alone', far, 'invalid', /^missed_until: must stand together/],
    [
      'with a count on a measured probe',
      { ...far, outcome: 'up', missed_until: far.timestamp },
      'invalid',
      /^missed_count: /,
    ],
    [
      'with a gap backwards',
      { ...far, missed_until: far.timestamp - 1 },
      'invalid',
      /^missed_until: .*before/,
    ],
    [
      'with a gap over days',
      { ...far, missed_until: far.timestamp + 86_400_000_000 },
      'invalid',
      /^missed_until: .*day/,
    ],
  ] as const)('%s is told from an event, and why', (_what, given, poison, detail) => {
    const value = given === null || Buffer.isBuffer(given) ? given : Buffer.from(JSON.stringify(given));
    const decoded = decodeRecord(value);
    expect(isPoison(decoded)).toBe(true);
    expect(decoded).toEqual({ poison, detail: expect.stringMatching(detail) });
  });

  it('is never thrown, whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(isPoison(decodeRecord(Buffer.from(bytes)))).toBe(true);
      }),
    );
  });
});
