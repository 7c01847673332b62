/**
 * One tumbling window `[start_time, end_time)` of one target as one prober saw it, exactly as it stands in
 * `lake2_metrics`: the property names are the column names. Instants are integer microseconds since the epoch, UTC.
 */
export interface WindowRow {
  start_time: number;
  end_time: number;
  window_ms: number;
  target_id: string;
  probe_id: string;
  /** Of the newest event (by `timestamp`, then `seq`) that touches the window. */
  url: string;
  /** up + degraded + down, final attempts only. */
  total_pings: number;
  /** down */
  error_count: number;
  /** (total − error) / total · 100; null when nothing was learned. */
  uptime_pct: number | null;
  /** `latency_sum_us` / 1000 / completed responses, ms. */
  avg_latency: number | null;
  min_latency: number | null;
  max_latency: number | null;
  /** Nearest rank over completed and censored attempts, ms; null when the rank falls on a timeout or there is none. */
  p50_latency: number | null;
  p95_latency: number | null;
  p99_latency: number | null;
  /** Sum of completed latencies in whole microseconds, so that any order of arrival gives the same row. */
  latency_sum_us: number;
  degraded_count: number;
  unknown_count: number;
  /** Due instants inside the window that were not run. */
  missed_count: number;
  /** 100 · total / (total + unknown + missed). */
  coverage_pct: number;
  /** Rows of the window with `late` set (a missed row counts in the window of its `timestamp`). */
  late_count: number;
  /** Rows with `attempt` > 1. */
  retry_count: number;
  /** Final attempts that ran into their time limit. */
  censored_count: number;
  /** False while open or written by a clean stop; such a row is replaced later. */
  is_final: boolean;
  /** OpenTelemetry exponential histogram of completed latencies in ms: base 2^(2^−hist_scale). */
  hist_scale: number;
  /** Index of the first bucket in `hist_counts`; bucket i covers (base^i, base^(i+1)]. */
  hist_offset: number;
  hist_counts: number[];
}

export interface WindowKey {
  target_id: string;
  probe_id: string;
  start_time: number;
}

/** A stable text for a window's key, for maps and sets. */
export function windowKeyOf(key: WindowKey): string {
  return `${key.target_id}\u0000${key.probe_id}\u0000${key.start_time}`;
}
