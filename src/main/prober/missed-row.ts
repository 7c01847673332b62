import type { FailureCode } from '../../shared/domain/outcome';
import type { ProbeResult } from '../../shared/domain/probe-event';

const DAY_US = 86_400_000_000;

/** Why due instants were not run, as code and in words. */
const REASONS = {
  running: { code: 'overrun', detail: 'the probe before was still running' },
  busy: { code: 'overrun', detail: 'this machine was too busy to start the probe' },
  asleep: { code: 'asleep', detail: 'the machine or the process was asleep' },
  closed: { code: 'closed', detail: 'UpTimer was not running' },
  crashed: { code: 'worker_crashed', detail: 'the probing thread had to be restarted' },
  faulty: { code: 'worker_crashed', detail: 'a fault in UpTimer itself; its log says more' },
  noSecret: { code: 'secret_missing', detail: 'a variable the target needs is not set' },
} as const satisfies Record<string, { code: FailureCode; detail: string }>;
export type MissedReason = keyof typeof REASONS;

/** Who missed something. */
export interface MissedTarget {
  targetId: string;
  url: string;
  configVersion: number;
}

/** Due instants `fromUs`, `fromUs + intervalUs`, … up to `untilUs`. */
export interface MissedSpan {
  fromUs: number;
  untilUs: number;
  intervalUs: number;
}

/** One row for one due instant. */
export function missedOnce(of: MissedTarget, dueUs: number, reason: MissedReason): ProbeResult {
  return missedRow(of, reason, dueUs, dueUs, 1);
}

/** The rows of a gap: one per UTC day. Empty when no due instant lies in it. */
export function missedRows(
  of: MissedTarget,
  { fromUs, untilUs, intervalUs }: MissedSpan,
  reason: MissedReason,
): ProbeResult[] {
  const rows: ProbeResult[] = [];
  for (let first = fromUs; first <= untilUs; ) {
    const endOfDayUs = (Math.floor(first / DAY_US) + 1) * DAY_US - 1;
    const count = Math.floor((Math.min(untilUs, endOfDayUs) - first) / intervalUs) + 1;
    const last = first + (count - 1) * intervalUs;
    rows.push(missedRow(of, reason, first, last, count));
    first = last + intervalUs;
  }
  return rows;
}

/** Earliest first; rows of the same instant stay in their order. */
export function byTimestamp(a: ProbeResult, b: ProbeResult): number {
  return a.timestamp - b.timestamp;
}

function missedRow(
  of: MissedTarget,
  reason: MissedReason,
  fromUs: number,
  untilUs: number,
  count: number,
): ProbeResult {
  return {
    timestamp: fromUs,
    started_at: fromUs,
    target_id: of.targetId,
    url: of.url,
    outcome: 'missed',
    status_code: null,
    latency_ms: null,
    dns_ms: null,
    connect_ms: null,
    tls_ms: null,
    ttfb_ms: null,
    transfer_ms: null,
    failure_phase: null,
    failure_code: REASONS[reason].code,
    failure_detail: REASONS[reason].detail,
    attempt: 1,
    is_final_attempt: true,
    remote_ip: null,
    http_version: null,
    response_bytes: null,
    missed_count: count,
    missed_until: untilUs,
    config_version: of.configVersion,
  };
}
