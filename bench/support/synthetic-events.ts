import type { ProbeResult } from '../../src/shared/domain/probe-event';

/** A fixed sequence of numbers in [0, 1): xorshift (Marsaglia 2003), the same in every run. */
export function createNoise(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

const hundredths = (ms: number): number => Math.round(ms * 100) / 100;

/** One probe as a real one looks: every phase random to 0.01 ms, one in a hundred failing. */
export function syntheticResult(target: number, timestampUs: number, noise: () => number): ProbeResult {
  const phases = [
    0.3 + noise(),
    2 + 8 * noise(),
    5 + 20 * noise(),
    20 + 150 * noise() ** 3,
    0.1 + 2 * noise(),
  ].map(hundredths);
  const [dns = 0, connect = 0, tls = 0, ttfb = 0, transfer = 0] = phases;
  const fails = noise() < 0.01;
  return {
    timestamp: timestampUs,
    started_at: timestampUs + Math.round(200 + 2000 * noise()),
    target_id: `service-${target}`,
    url: `https://service-${target}.example.org/health`,
    outcome: fails ? 'down' : 'up',
    status_code: fails ? 503 : 200,
    latency_ms: hundredths(dns + connect + tls + ttfb + transfer),
    dns_ms: dns,
    connect_ms: connect,
    tls_ms: tls,
    ttfb_ms: ttfb,
    transfer_ms: transfer,
    failure_phase: fails ? 'assertion' : null,
    failure_code: fails ? 'unexpected_status' : null,
    failure_detail: fails ? 'status 503, expected 200-299' : null,
    attempt: 1,
    is_final_attempt: true,
    remote_ip: `192.0.2.${target % 250}`,
    http_version: '1.1',
    response_bytes: 512,
    missed_count: null,
    missed_until: null,
    config_version: 1,
  };
}
