import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskUrlsIn, storableUrlOf } from '../../../shared/domain/display-url';
import type { ProbeEvent } from '../../../shared/domain/probe-event';
import { resultOf } from '../event-log-fixtures';
import { encodeRecord, isPoison, parseRecord } from './probe-event-record';
import { probeEvent } from './probe-event-record-fixtures';
import { createRecordScanner } from './record-scanner';

const scan = createRecordScanner({ id: (text) => text, url: storableUrlOf, detail: maskUrlsIn });
const event: ProbeEvent = { ...resultOf(1), probe_id: 'home-0a1b2c3d', seq: 2, late: false };
const recordOf = (change: Partial<ProbeEvent> = {}): Buffer =>
  Buffer.from(encodeRecord({ ...event, ...change }).value);
/** What the scanner reads has to be what the parser reads; what it leaves to the parser is no matter. */
const agrees = (value: Buffer): boolean => {
  const scanned = scan(value);
  if (scanned !== null) expect(parseRecord(value)).toEqual(scanned);
  return scanned !== null;
};
/** Of what a prober measures: no missed instants, and no text that JSON escapes. */
const measured: fc.Arbitrary<ProbeEvent> = probeEvent
  .filter(({ outcome }) => outcome !== 'missed')
  .map((of) => ({
    ...of,
    target_id: `target-${of.seq % 7}`,
    probe_id: `home-${of.config_version}`,
    failure_detail:
      of.failure_detail === null ? null : `after ${of.attempt} attempts: it's "over"`.replaceAll('"', ''),
  }));
const usesExponent = (of: ProbeEvent): boolean =>
  Object.values(of).some((value) => typeof value === 'number' && `${value}`.includes('e'));

describe('the scanner of records', () => {
  it('reads what a prober usually writes', () => {
    expect(scan(recordOf())).toEqual(event);
    expect(scan(recordOf({ is_final_attempt: false, attempt: 3 }))).toMatchObject({
      is_final_attempt: false,
    });
    const failed = {
      outcome: 'down',
      status_code: null,
      latency_ms: null,
      failure_phase: 'connect',
      failure_code: 'connection_refused',
      failure_detail: 'refused by 127.0.0.1:80',
    } as const;
    expect(scan(recordOf(failed))).toEqual({ ...event, ...failed });
  });

  it('reads the same event as the parser, or none, of anything that can stand in the log', () => {
    fc.assert(fc.property(probeEvent, (of) => void agrees(Buffer.from(encodeRecord(of).value))));
    fc.assert(
      fc.property(measured, (of) => {
        expect(agrees(Buffer.from(encodeRecord(of).value))).toBe(!usesExponent(of));
      }),
      { numRuns: 1_000 },
    );
  });

  it('agrees with the parser on values with any byte changed, put in or left out', () => {
    const bytes = fc.constantFrom(...Buffer.from('0123456789.eE+-"\\,:{}[] \n\0utfnx'), 0x80, 0xc3);
    const edit = fc.record({
      at: fc.nat(),
      byte: bytes,
      kind: fc.constantFrom('change', 'insert', 'remove'),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), measured, (edits, of) => {
        const value = [...Buffer.from(encodeRecord(of).value)];
        for (const { at, byte, kind } of edits) {
          const place = at % value.length;
          if (kind === 'insert') value.splice(place, 0, byte);
          else if (kind === 'change') value[place] = byte;
          else value.splice(place, 1);
        }
        agrees(Buffer.from(value));
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    ['"latency_ms":0.1', 0.1],
    ['"latency_ms":0.07', 0.07],
    ['"latency_ms":1234567.89', 1_234_567.89],
    ['"latency_ms":86400000', 86_400_000],
    ['"latency_ms":41.379999999999995', 41.379999999999995],
    ['"latency_ms":0.30000000000000004441', 0.1 + 0.2],
    ['"latency_ms":0', 0],
  ])('reads %s to the last bit', (text, expected) => {
    const value = Buffer.from(`${recordOf({ latency_ms: 5 })}`.replace('"latency_ms":5', text));
    expect(scan(value)?.latency_ms).toBe(expected);
    agrees(value);
  });

  it.each([
    ['a leading zero', '"seq":2', '"seq":02'],
    ['an integer that a double does not hold', '"seq":2', '"seq":9007199254740993'],
    ['a duration over a day', '"latency_ms":5', '"latency_ms":86400000.01'],
    ['a point without decimals', '"latency_ms":5', '"latency_ms":5.'],
    ['more digits than a number of ours has', '"latency_ms":5', `"latency_ms":0.${'0'.repeat(200_000)}1`],
    ['an exponent', '"latency_ms":5', '"latency_ms":5e1'],
    ['another version', '"v":1', '"v":2'],
    ['an unknown outcome', '"outcome":"up"', '"outcome":"fine"'],
    ['a name that every object has', '"target_id":"api"', '"target_id":"constructor"'],
    ['an empty identifier', '"target_id":"api"', '"target_id":""'],
    ['a status that is none', '"status_code":200', '"status_code":1000'],
    ['a field that comes again', ',"config_version"', ',"attempt":2,"config_version"'],
    ['another order', '"v":1,', ''],
    ['something behind it', /}$/, '} '],
    ['no end', /}$/, ''],
  ])('leaves %s to the parser', (_what, from, to) => {
    const text = `${recordOf({ latency_ms: 5 })}`;
    const value = Buffer.from(text.replace(from, to));
    expect(`${value}`).not.toBe(text);
    expect(scan(value)).toBeNull();
  });

  it('keeps texts apart however many come', () => {
    for (let index = 0; index < 70_000; index += 1) {
      const target_id = `target-${index}`;
      const url = `https://shop.example/${index}`;
      const read = scan(recordOf({ target_id, url }));
      if (read?.target_id !== target_id || read.url !== url) throw new Error(target_id);
    }
    const long = 'x'.repeat(3_000);
    for (const _time of ['first', 'again']) {
      expect(scan(recordOf({ failure_detail: long }))?.failure_detail).toBe(long);
    }
  });

  it('gives what it reads the same columns in the same order as the parser', () => {
    const parsed = parseRecord(recordOf());
    expect(isPoison(parsed)).toBe(false);
    expect(Object.keys(scan(recordOf()) ?? {})).toEqual(Object.keys(parsed));
  });
});
