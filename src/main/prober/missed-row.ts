import type { FailureCode } from '../../shared/domain/outcome';
import type { ProbeResult } from '../../shared/domain/probe-event';

const DAY_US = 86_400_000_000;

export interface MissedInstants {
  targetId: string;
  url: string;
  configVersion: number;
  /** First and last due instant, µs. */
  fromUs: number;
  untilUs: number;
  count: number;
  code: FailureCode;
}

const DETAILS: Partial<Record<FailureCode, string>> = {
  overrun: 'the probe before was still running',
  asleep: 'the machine or the process was asleep',
  closed: 'UpTimer was not running',
  worker_crashed: 'the probing thread had to be restarted',
  secret_missing: 'a variable the target needs is not set',
};

/** One row that stands for due instants which were not run. */
export function missedRow(missed: MissedInstants): ProbeResult {
  return {
    timestamp: missed.fromUs,
    started_at: missed.fromUs,
    target_id: missed.targetId,
    url: missed.url,
    outcome: 'missed',
    status_code: null,
    latency_ms: null,
    dns_ms: null,
    connect_ms: null,
    tls_ms: null,
    ttfb_ms: null,
    transfer_ms: null,
    failure_phase: null,
    failure_code: missed.code,
    failure_detail: DETAILS[missed.code] ?? null,
    attempt: 1,
    is_final_attempt: true,
    remote_ip: null,
    http_version: null,
    response_bytes: null,
    missed_count: missed.count,
    missed_until: missed.untilUs,
    config_version: missed.configVersion,
  };
}

/**
 * The rows of a gap: one per UTC day, for the due instants `fromUs`, `fromUs + intervalUs`, … that are at most `untilUs`.
 * Empty when there is none.
 */
export function gapRows(gap: Omit<MissedInstants, 'count'>, intervalUs: number): ProbeResult[] {
  const rows: ProbeResult[] = [];
  for (let first = gap.fromUs; first <= gap.untilUs; ) {
    const endOfDayUs = (Math.floor(first / DAY_US) + 1) * DAY_US - 1;
    const count = Math.floor((Math.min(gap.untilUs, endOfDayUs) - first) / intervalUs) + 1;
    const last = first + (count - 1) * intervalUs;
    rows.push(missedRow({ ...gap, fromUs: first, untilUs: last, count }));
    first = last + intervalUs;
  }
  return rows;
}
