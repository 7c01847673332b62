import type { ProbeEvent, ProbeResult } from '../../shared/domain/probe-event';

/** For tests: a due instant every second from here on. */
export const BASE_US = Date.UTC(2026, 0, 5, 12) * 1000;

export function resultOf(index: number, change: Partial<ProbeResult> = {}): ProbeResult {
  const timestamp = BASE_US + index * 1_000_000;
  return {
    timestamp,
    started_at: timestamp + 137,
    target_id: 'api',
    url: `https://example.org/health?attempt=${index}`,
    outcome: 'up',
    status_code: 200,
    latency_ms: 41.37 + (index % 97) / 100,
    dns_ms: 1.2,
    connect_ms: 9.01,
    tls_ms: 12.5,
    ttfb_ms: 18.1,
    transfer_ms: 0.56,
    failure_phase: null,
    failure_code: null,
    failure_detail: null,
    attempt: 1,
    is_final_attempt: true,
    remote_ip: '192.0.2.7',
    http_version: '1.1',
    response_bytes: 512,
    missed_count: null,
    missed_until: null,
    config_version: 3,
    ...change,
  };
}

/** Results `from` to `from + count - 1`. */
export function resultsOf(from: number, count: number): ProbeResult[] {
  return Array.from({ length: count }, (_, index) => resultOf(from + index));
}

/** What was measured, without what the log adds. */
export function resultOfEvent({ probe_id: _id, seq: _seq, late: _late, ...result }: ProbeEvent): ProbeResult {
  return result;
}
