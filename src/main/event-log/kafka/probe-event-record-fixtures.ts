import fc from 'fast-check';
import { displayUrlOf } from '../../../shared/domain/display-url';
import { FAILURE_CODES, FAILURE_PHASES, OUTCOMES } from '../../../shared/domain/outcome';
import type { ProbeEvent } from '../../../shared/domain/probe-event';
import { isId, LIMITS } from './record-fields';

const DAY_US = 86_400_000_000;

const instant = fc.oneof(
  fc.integer({ min: 1_700_000_000_000_000, max: 1_900_000_000_000_000 }),
  fc.constantFrom(0, Number.MAX_SAFE_INTEGER),
);
const orNull = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: null });
const duration = orNull(
  fc.oneof(
    fc.integer({ min: 0, max: 3_000_000 }).map((hundredths) => hundredths / 100),
    fc.double({ min: 0, max: LIMITS.durationMs, noNaN: true }).map((ms) => ms + 0),
  ),
);
const text = (maxLength: number, minLength = 0) =>
  fc.oneof(
    fc.string({ minLength, maxLength: Math.min(maxLength, 40) }),
    fc.string({ minLength, maxLength: Math.min(maxLength, 40), unit: 'grapheme' }),
    fc.constantFrom('"', '\\', '\u0000', 'ñandú', '🟢', '\u2028', '{}').map((part) => part.padEnd(minLength)),
  );

/** A display URL, as the prober makes it. */
export const displayUrl: fc.Arbitrary<string> = fc
  .record({ url: fc.webUrl({ withQueryParameters: true }), name: fc.constantFrom('token', 'q', 'page') })
  .map(({ url, name }) =>
    displayUrlOf({ url: `${url}${url.includes('?') ? '&' : '?'}${name}=1`, maskedQueryNames: ['page'] }),
  );

/** Every event that can stand in the log. */
export const probeEvent: fc.Arbitrary<ProbeEvent> = fc
  .record({
    timestamp: instant,
    started_at: instant,
    target_id: text(LIMITS.idLength, 1).filter(isId),
    url: displayUrl,
    probe_id: text(LIMITS.idLength, 1).filter(isId),
    seq: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    outcome: fc.constantFrom(...OUTCOMES),
    status_code: orNull(fc.integer({ min: 0, max: LIMITS.statusCode })),
    latency_ms: duration,
    dns_ms: duration,
    connect_ms: duration,
    tls_ms: duration,
    ttfb_ms: duration,
    transfer_ms: duration,
    failure_phase: orNull(fc.constantFrom(...FAILURE_PHASES)),
    failure_code: orNull(fc.constantFrom(...FAILURE_CODES)),
    failure_detail: orNull(text(LIMITS.detailLength)),
    attempt: fc.integer({ min: 1, max: LIMITS.attempt }),
    is_final_attempt: fc.boolean(),
    remote_ip: orNull(fc.oneof(fc.ipV4(), fc.ipV6())),
    http_version: orNull(fc.constantFrom('1.0', '1.1', '2')),
    response_bytes: orNull(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })),
    gap: orNull(
      fc.record({
        count: fc.integer({ min: 1, max: LIMITS.missedCount }),
        share: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
    ),
    config_version: fc.integer({ min: 0, max: LIMITS.integer }),
  })
  .map(({ gap, ...fields }) => {
    const missed = fields.outcome === 'missed' ? gap : null;
    const endOfDay = Math.min(
      (Math.floor(fields.timestamp / DAY_US) + 1) * DAY_US - 1,
      Number.MAX_SAFE_INTEGER,
    );
    const until =
      missed === null ? null : fields.timestamp + Math.floor(missed.share * (endOfDay - fields.timestamp));
    const { config_version, ...measured } = fields;
    return {
      ...measured,
      missed_count: missed?.count ?? null,
      missed_until: until,
      late: false,
      config_version,
    };
  });
