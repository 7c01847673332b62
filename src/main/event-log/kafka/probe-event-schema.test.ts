import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import schema from '../../../../docs/probe-events.v1.schema.json' with { type: 'json' };
import type { ProbeEvent } from '../../../shared/domain/probe-event';
import { decodeRecord, encodeRecord, isPoison } from './probe-event-record';
import { probeEvent } from './probe-event-record-fixtures';
import { isSpanOfOneDay, LIMITS } from './record-fields';

const conforms = new Ajv2020({ allowUnionTypes: true, strict: true }).compile(schema);
const names = Object.keys(schema.properties);
type Fields = Record<string, unknown>;
const fieldsOf = (event: ProbeEvent): Fields => JSON.parse(encodeRecord(event).value);
const isDecoded = (fields: Fields) => !isPoison(decodeRecord(Buffer.from(JSON.stringify(fields))));

/** What may go wrong with a field: another type, a value at or beyond a limit, nothing at all. */
const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(null, true, false, '', 'up', 'missed', 'timeout', 'constructor', 'x'.repeat(257), [], {}),
  fc.constantFrom(-1, 0, 1, 2, 127, 128, 999, 1000, 1.5, 1e300, -0.01),
  fc.constantFrom(
    LIMITS.missedCount,
    LIMITS.missedCount + 1,
    LIMITS.integer,
    LIMITS.integer + 1,
    LIMITS.durationMs,
    LIMITS.durationMs + 0.01,
  ),
  fc.constantFrom(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER + 1),
  fc.constantFrom('🟢'.repeat(256), '🟢'.repeat(257), 'x'.repeat(32), 'x'.repeat(33), 'x'.repeat(65)),
  fc.constantFrom('x'.repeat(4096), 'x'.repeat(4097), 'x'.repeat(100_000), 'x'.repeat(100_001)),
);

/** The one rule of the schema's description that its language cannot express. */
function isWithinADay({ timestamp, missed_until }: Fields): boolean {
  return (
    typeof missed_until !== 'number' ||
    typeof timestamp !== 'number' ||
    isSpanOfOneDay(timestamp, missed_until)
  );
}

describe('the schema of the topic', () => {
  it('has every column but the one that is not sent, and describes each', () => {
    const event = decodeRecord(Buffer.from(JSON.stringify(schema.examples[0]))) as ProbeEvent;
    expect(new Set([...names, 'late'])).toEqual(new Set([...Object.keys(event), 'v']));
    for (const field of Object.values(schema.properties)) expect(field.description).not.toBe('');
  });

  it('takes its own examples, and the decoder does', () => {
    for (const example of schema.examples) {
      expect(conforms(example)).toBe(true);
      expect(isDecoded(example)).toBe(true);
    }
  });

  it('takes every event that we write', () => {
    fc.assert(fc.property(probeEvent, (event) => conforms(fieldsOf(event))));
  });

  it('takes exactly what the decoder takes', () => {
    const change = fc.dictionary(fc.constantFrom(...names), oddValue, { maxKeys: 2 });
    const left = fc.subarray(names, { maxLength: 2 });
    fc.assert(
      fc.property(probeEvent, change, left, (event, changes, without) => {
        const fields = { ...fieldsOf(event), ...changes };
        for (const name of without) delete fields[name];
        expect(isDecoded(fields)).toBe(conforms(fields) && isWithinADay(fields));
      }),
      { numRuns: 1500 },
    );
  });

  it.each(names)('agrees with the decoder on every odd value of %s', (name) => {
    const [example] = schema.examples;
    fc.assert(
      fc.property(oddValue, (value) => {
        const fields = { ...example, [name]: value };
        expect(isDecoded(fields)).toBe(conforms(fields) && isWithinADay(fields));
      }),
    );
  });
});
