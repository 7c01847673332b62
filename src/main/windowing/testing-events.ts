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

export interface Stream {
  windowMs: number;
  watermarkMs: number;
  steps: Step[];
}
