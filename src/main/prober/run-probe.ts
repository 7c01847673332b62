import type { ProbeResult } from '../../shared/domain/probe-event';
import type { AttemptResult } from './attempt-result';
import { OwnFault } from './failure-of';
import { type MissedReason, missedOnce } from './missed-row';
import type { ProbeContext, ProbeRequest } from './probe-fn';
import { PROBES } from './probe-kind';
import type { ProbeTarget } from './prober';

export interface ProbeRun {
  target: ProbeTarget;
  dueUs: number;
  eventTimeUs: () => number;
  /** How often the machine or the process stood still so far: what was measured meanwhile is worth nothing. */
  standstills: () => number;
  context: ProbeContext;
  /** Gets every attempt as it ends. */
  onAttempt: (result: ProbeResult) => void;
  /** A fault of ours, by its name: never its message, which may hold what must not be logged. */
  onFault: (name: string) => void;
  wait: (ms: number) => Promise<void>;
}

interface AttemptNumber {
  dueUs: number;
  startedUs: number;
  attempt: number;
}

/**
 * One probe with its retries. All attempts share the due instant; the last one performed is the final one. Never rejects: an
 * attempt that was not the target's doing ends as a `missed` row.
 */
export async function runProbe(run: ProbeRun): Promise<void> {
  const { target, dueUs, onAttempt } = run;
  const config = target.target;
  if ('missingSecret' in target.request) {
    onAttempt(missedOnce(whoIs(target), dueUs, 'noSecret'));
    return;
  }
  const request: ProbeRequest = { target: config, ...target.request };
  const standstills = run.standstills();
  for (let attempt = 1; ; attempt += 1) {
    const number = { dueUs, startedUs: run.eventTimeUs(), attempt };
    let result: AttemptResult;
    try {
      result = await PROBES[config.kind](request, run.context);
    } catch (error) {
      onAttempt(notMeasured(target, number, error instanceof OwnFault ? 'busy' : 'faulty'));
      run.onFault(
        error instanceof OwnFault ? error.message : error instanceof Error ? error.name : 'unknown',
      );
      return;
    }
    if (run.standstills() !== standstills) {
      onAttempt(notMeasured(target, number, 'asleep'));
      return;
    }
    const isFinal = result.outcome !== 'down' || attempt > config.retries;
    onAttempt(rowOf(target, result, number, isFinal));
    if (isFinal) return;
    await run.wait(config.retryDelayMs);
    if (run.standstills() !== standstills) {
      // A retry hours later says nothing of the instant it is for.
      onAttempt(notMeasured(target, { dueUs, startedUs: run.eventTimeUs(), attempt: attempt + 1 }, 'asleep'));
      return;
    }
  }
}

function whoIs({ target, displayUrl }: ProbeTarget) {
  return { targetId: target.id, url: displayUrl, configVersion: target.configVersion };
}

function notMeasured(target: ProbeTarget, number: AttemptNumber, reason: MissedReason): ProbeResult {
  const row = missedOnce(whoIs(target), number.dueUs, reason);
  return { ...row, started_at: number.startedUs, attempt: number.attempt };
}

function rowOf(
  { target, displayUrl }: ProbeTarget,
  result: AttemptResult,
  { dueUs, startedUs, attempt }: AttemptNumber,
  isFinal: boolean,
): ProbeResult {
  return {
    timestamp: dueUs,
    started_at: startedUs,
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
    attempt,
    is_final_attempt: isFinal,
    remote_ip: result.remote_ip,
    http_version: result.http_version,
    response_bytes: result.response_bytes,
    missed_count: null,
    missed_until: null,
    config_version: target.configVersion,
  };
}
