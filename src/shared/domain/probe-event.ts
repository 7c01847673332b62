import type { FailureCode, FailurePhase, Outcome } from './outcome';

/**
 * One attempt, exactly as it stands in `lake1_raw`: the property names are the column names.
 * Instants are integer microseconds since the Unix epoch, UTC (safe integers until the year 2255).
 */
export interface ProbeEvent {
  /** Event time: the instant the probe was due. All attempts of one probe share it. */
  timestamp: number;
  /** When the attempt really started; `started_at − timestamp` is scheduling lag for a first attempt. */
  started_at: number;
  target_id: string;
  /** The display URL: no userinfo, secret-looking query values masked. */
  url: string;
  /** The prober that measured: a name and eight random hex digits. */
  probe_id: string;
  /** Gapless in that prober's log and never reused. (`probe_id`, `seq`) identifies the event. */
  seq: number;
  outcome: Outcome;
  status_code: number | null;
  /** Start of the attempt to the last body byte, ms rounded to 0.01. The sum of the five phases. */
  latency_ms: number | null;
  dns_ms: number | null;
  connect_ms: number | null;
  tls_ms: number | null;
  ttfb_ms: number | null;
  transfer_ms: number | null;
  failure_phase: FailurePhase | null;
  failure_code: FailureCode | null;
  failure_detail: string | null;
  /** 1 = first. */
  attempt: number;
  /** Only final attempts count in windows. */
  is_final_attempt: boolean;
  remote_ip: string | null;
  http_version: string | null;
  response_bytes: number | null;
  /** On a `missed` row: how many due instants it stands for, evenly spaced from `timestamp` to `missed_until`. */
  missed_count: number | null;
  /** On a `missed` row: the last due instant it stands for. */
  missed_until: number | null;
  /** Came after its window had been written. Decided by the aggregator, never by the prober. */
  late: boolean;
  config_version: number;
}

/** What a prober hands over: identity and lateness are given later, by the log and the aggregator. */
export type ProbeResult = Omit<ProbeEvent, 'probe_id' | 'seq' | 'late'>;

/** True when the response completed, whatever its verdict: only these have a latency that counts. */
export function hasCompleted(event: Pick<ProbeEvent, 'latency_ms' | 'failure_phase'>): boolean {
  return event.latency_ms !== null && (event.failure_phase === null || event.failure_phase === 'assertion');
}

/** True for an attempt that ran into its time limit: it ranks above every measured latency. */
export function isCensored(event: Pick<ProbeEvent, 'failure_phase'>): boolean {
  return event.failure_phase === 'timeout';
}
