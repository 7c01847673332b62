import type { ProbeResult } from '../../shared/domain/probe-event';
import type { AttemptResult } from './attempt-result';
import { PROBES, type ProbeContext, type ProbeRequest } from './probe-kind';
import type { ProbeTarget } from './prober';

export interface ProbeRun {
  target: ProbeTarget;
  dueUs: number;
  eventTimeUs: () => number;
  context: ProbeContext;
  /** Gets every attempt as it ends. */
  onAttempt: (result: ProbeResult) => void;
  wait: (ms: number) => Promise<void>;
}

/** One probe with its retries. All attempts share the due instant; the last one performed is the final one. */
export async function runProbe({
  target,
  dueUs,
  eventTimeUs,
  context,
  onAttempt,
  wait,
}: ProbeRun): Promise<void> {
  if ('missingSecret' in target.request) return;
  const config = target.target;
  const request: ProbeRequest = { target: config, ...target.request };
  const probe = PROBES[config.kind];
  for (let attempt = 1; ; attempt += 1) {
    const startedUs = eventTimeUs();
    const result = await probe(request, context);
    const isFinal = result.outcome !== 'down' || attempt > config.retries;
    onAttempt(rowOf(target, result, { dueUs, startedUs, attempt, isFinal }));
    if (isFinal) return;
    await wait(config.retryDelayMs);
  }
}

function rowOf(
  { target, displayUrl }: ProbeTarget,
  result: AttemptResult,
  about: { dueUs: number; startedUs: number; attempt: number; isFinal: boolean },
): ProbeResult {
  return {
    timestamp: about.dueUs,
    started_at: about.startedUs,
    target_id: target.id,
    url: displayUrl,
    outcome: result.outcome,
    status_code: result.status_code,
    latency_ms: result.latency_ms,
    dns_ms: result.dns_ms,
    connect_ms: result.connect_ms,
    tls_ms: result.tls_ms,
    ttfb_ms: result.ttfb_ms,
    transfer_ms: result.transfer_ms,
    failure_phase: result.failure_phase,
    failure_code: result.failure_code,
    failure_detail: result.failure_detail,
    attempt: about.attempt,
    is_final_attempt: about.isFinal,
    remote_ip: result.remote_ip,
    http_version: result.http_version,
    response_bytes: result.response_bytes,
    missed_count: null,
    missed_until: null,
    config_version: target.configVersion,
  };
}
