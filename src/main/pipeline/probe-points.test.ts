import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FAILURE_CODES, OUTCOMES } from '../../shared/domain/outcome';
import type { ProbeEvent } from '../../shared/domain/probe-event';
import { eventOf } from '../datalake/lake-fixtures';
import { PointRing } from './point-ring';
import { pointOf } from './probe-points';

const ms = fc.option(fc.integer({ min: 0, max: 6_000_000 }).map((units) => units / 100));
const event: fc.Arbitrary<ProbeEvent> = fc
  .record({
    target_id: fc.string(),
    probe_id: fc.string(),
    timestamp: fc.integer({ min: 1_900_000_000_000_000, max: 1_900_000_100_000_000 }),
    seq: fc.nat(),
    outcome: fc.constantFrom(...OUTCOMES),
    latency_ms: ms,
    dns_ms: ms,
    connect_ms: ms,
    tls_ms: ms,
    ttfb_ms: ms,
    transfer_ms: ms,
    status_code: fc.option(fc.integer({ min: 100, max: 999 })),
    failure_code: fc.option(fc.constantFrom(...FAILURE_CODES)),
    attempt: fc.integer({ min: 1, max: 4 }),
    is_final_attempt: fc.boolean(),
    missed_until: fc.option(fc.integer({ min: 1_900_000_000_000_000, max: 1_900_000_100_000_000 })),
  })
  .map((fields) => eventOf(1, fields));

it('what is kept of the last minutes is what was pushed, up to its capacity and its span', () => {
  fc.assert(
    fc.property(
      fc.array(event, { maxLength: 60, size: 'max' }),
      fc.integer({ min: 1, max: 40 }),
      fc.nat(120_000_000),
      (events, capacity, spanUs) => {
        const ring = new PointRing(capacity);
        for (const one of events) ring.push(one);
        const newestUs = events.at(-1)?.timestamp ?? 0;
        const expected = events.slice(-capacity).filter(({ timestamp }) => timestamp >= newestUs - spanUs);
        expect(ring.newest(spanUs)).toEqual(expected.map(pointOf));
        ring.clear();
        expect(ring.newest(spanUs)).toEqual([]);
      },
    ),
    { numRuns: 60 },
  );
});
