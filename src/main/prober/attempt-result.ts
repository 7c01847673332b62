import type { FailureCode, FailurePhase } from '../../shared/domain/outcome';
import type { PhaseTimer } from './phase-timer';

/** What one attempt found out. A failing target is a result, never an exception. */
export interface AttemptResult {
  outcome: 'up' | 'degraded' | 'down';
  status_code: number | null;
  latency_ms: number | null;
  dns_ms: number | null;
  connect_ms: number | null;
  tls_ms: number | null;
  ttfb_ms: number | null;
  transfer_ms: number | null;
  failure_phase: FailurePhase | null;
  failure_code: FailureCode | null;
  failure_detail: string | null;
  remote_ip: string | null;
  http_version: string | null;
  response_bytes: number | null;
}

export interface Failure {
  phase: FailurePhase;
  code: FailureCode;
  /** Our own words: never a URL, a header or a message of the system's, which may hold secrets. */
  detail: string;
}

/** What is known of the response, as far as it came. */
export interface ResponseFacts {
  statusCode: number | null;
  remoteIp: string | null;
  httpVersion: string | null;
  bytes: number | null;
}

/** @param timer its phases are the attempt's; after a failure that cut the attempt short there is no latency */
export function attemptResult(
  timer: PhaseTimer,
  facts: ResponseFacts,
  failure: Failure | null,
  degradedMs: number | null,
): AttemptResult {
  const completed = failure === null || failure.phase === 'assertion';
  const latencyMs = completed ? timer.totalMs() : null;
  const degraded = degradedMs !== null && latencyMs !== null && latencyMs > degradedMs;
  return {
    outcome: failure !== null ? 'down' : degraded ? 'degraded' : 'up',
    status_code: facts.statusCode,
    latency_ms: latencyMs,
    dns_ms: timer.ms('dns'),
    connect_ms: timer.ms('connect'),
    tls_ms: timer.ms('tls'),
    ttfb_ms: timer.ms('ttfb'),
    transfer_ms: timer.ms('transfer'),
    failure_phase: failure?.phase ?? null,
    failure_code: failure?.code ?? null,
    failure_detail: failure?.detail ?? null,
    remote_ip: facts.remoteIp,
    http_version: facts.httpVersion,
    response_bytes: facts.bytes,
  };
}
