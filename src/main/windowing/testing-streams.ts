import fc from 'fast-check';
import type { ProbeEvent } from '../../shared/domain/probe-event';

/** 2026-01-15T10:00:00Z, µs. */
export const START_US = Date.UTC(2026, 0, 15, 10) * 1000;
export const SECOND_US = 1_000_000;

export function eventOf(fields: Partial<ProbeEvent>): ProbeEvent {
  const timestamp = fields.timestamp ?? START_US;
  return {
    timestamp,
    started_at: timestamp,
    target_id: 'shop',
    url: 'https://shop.example/health',
    probe_id: 'home-0a1b2c3d',
    seq: 1,
    outcome: 'up',
    status_code: 200,
    latency_ms: 12.34,
    dns_ms: 1,
    connect_ms: 2,
    tls_ms: 3,
    ttfb_ms: 6,
    transfer_ms: 0.34,
    failure_phase: null,
    failure_code: null,
    failure_detail: null,
    attempt: 1,
    is_final_attempt: true,
    remote_ip: '192.0.2.1',
    http_version: '1.1',
    response_bytes: 512,
    missed_count: null,
    missed_until: null,
    late: false,
    config_version: 1,
    ...fields,
  };
}

export function gapOf(
  fields: Partial<ProbeEvent> & { missed_count: number; missed_until: number },
): ProbeEvent {
  return eventOf({
    outcome: 'missed',
    status_code: null,
    latency_ms: null,
    failure_code: 'asleep',
    ...fields,
  });
}

/** One thing that happens to an aggregator. Instants are relative to a wall clock that `wait` moves. */
export type Step =
  | { kind: 'event'; agoUs: number; fields: Partial<ProbeEvent> }
  | { kind: 'wait'; us: number }
  | { kind: 'idle' }
  | { kind: 'drain'; limit: number }
  | { kind: 'recompute'; limit: number }
  | { kind: 'length'; windowMs: number }
  | { kind: 'lateness'; watermarkMs: number };

const refused = { failure_phase: 'connect', latency_ms: null, status_code: null } as const;
const latencyMs = fc.oneof(
  fc.integer({ min: 0, max: 3000 }).map((n) => n / 100),
  fc.integer({ min: 0, max: 6_000_000 }).map((n) => n / 100),
  fc.constantFrom(0, 0.01, 1, 2, 1024),
);
const verdict: fc.Arbitrary<Partial<ProbeEvent>> = fc.oneof(
  { weight: 4, arbitrary: latencyMs.map((latency_ms) => ({ latency_ms })) },
  latencyMs.map((latency_ms) => ({ outcome: 'degraded' as const, latency_ms })),
  latencyMs.map((latency_ms) => ({
    outcome: 'down' as const,
    failure_phase: 'assertion' as const,
    latency_ms,
  })),
  latencyMs.map((latency_ms) => ({
    outcome: 'down' as const,
    failure_phase: 'timeout' as const,
    latency_ms,
  })),
  fc.constantFrom(
    { outcome: 'down' as const, ...refused },
    { outcome: 'unknown' as const, ...refused },
    { outcome: 'unknown' as const, failure_phase: 'timeout' as const, latency_ms: null },
  ),
);
const series = fc.record({
  target_id: fc.constantFrom('a', 'b'),
  probe_id: fc.constantFrom('p-00000001', 'p-00000002'),
  url: fc.constantFrom('http://one.example/', 'http://two.example/'),
});
const attempt = fc.constantFrom(
  ...[1, 1, 1, 2].map((number) => ({ attempt: number, is_final_attempt: true })),
  { attempt: 1, is_final_attempt: false },
);
/** Mostly about now, sometimes minutes, hours or days late, sometimes ahead. */
const ago = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 5 * SECOND_US }) },
  { weight: 3, arbitrary: fc.integer({ min: -60, max: 600 }).map((seconds) => seconds * SECOND_US) },
  fc.integer({ min: 0, max: 3 * 86_400 }).map((seconds) => seconds * SECOND_US),
);
const probe: fc.Arbitrary<Step> = fc
  .record({ agoUs: ago, series, verdict, attempt })
  .map(({ agoUs, ...rest }) => ({
    kind: 'event',
    agoUs,
    fields: { ...rest.series, ...rest.verdict, ...rest.attempt },
  }));
/** From one due instant to hundreds of them, over milliseconds or days; `missed_until` is relative like `agoUs`. */
const gap: fc.Arbitrary<Step> = fc
  .record({
    endsAgoUs: ago,
    series,
    missed_count: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 2, max: 400 })),
    stepUs: fc.oneof(
      fc.constantFrom(200_000, SECOND_US, 7_333_333, 60 * SECOND_US, 600 * SECOND_US),
      fc.integer({ min: 0, max: 30 * SECOND_US }),
    ),
  })
  .map(({ endsAgoUs, series, missed_count, stepUs }) => ({
    kind: 'event',
    agoUs: endsAgoUs + stepUs * (missed_count - 1),
    fields: gapFields(series, missed_count, stepUs * (missed_count - 1)),
  }));

/** `missed_until` holds the length of the gap until the step is run. */
function gapFields(
  series: Pick<ProbeEvent, 'target_id' | 'probe_id' | 'url'>,
  missed_count: number,
  missed_until: number,
): Partial<ProbeEvent> {
  return { ...series, outcome: 'missed', status_code: null, latency_ms: null, missed_count, missed_until };
}

const limit = fc.constantFrom(1, 2, 7, 50, 1_000_000);
export const windowLengths = [5_000, 12_000, 60_000, 300_000, 3_600_000];
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: probe },
  { weight: 3, arbitrary: gap },
  {
    weight: 4,
    arbitrary: fc
      .oneof(
        fc.integer({ min: 0, max: 90 }),
        fc.integer({ min: -600, max: 7200 }),
        fc.constantFrom(86_400, 3 * 86_400),
      )
      .map((seconds): Step => ({ kind: 'wait', us: seconds * SECOND_US })),
  },
  { weight: 2, arbitrary: fc.constant<Step>({ kind: 'idle' }) },
  { weight: 4, arbitrary: limit.map((limit): Step => ({ kind: 'drain', limit })) },
  { weight: 2, arbitrary: limit.map((limit): Step => ({ kind: 'recompute', limit })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(...windowLengths).map((windowMs): Step => ({ kind: 'length', windowMs })),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(1_000, 10_000, 60_000, 3_600_000)
      .map((watermarkMs): Step => ({ kind: 'lateness', watermarkMs })),
  },
);

export const streams = (maxLength: number) =>
  fc.record({
    windowMs: fc.constantFrom(...windowLengths),
    watermarkMs: fc.constantFrom(1_000, 60_000, 600_000),
    steps: fc.array(step, { maxLength, size: 'max' }),
  });
export type Stream = { windowMs: number; watermarkMs: number; steps: Step[] };
