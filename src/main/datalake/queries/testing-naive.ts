import type { Range } from '../../../shared/contract/questions';
import { hasCompleted, isCensored, type ProbeEvent } from '../../../shared/domain/probe-event';
import { type WindowRow, windowKeyOf } from '../../../shared/domain/window-row';
import { addHistogram, addLatency, createLatencyTally } from './latency-tally';

/** For tests: what is due inside a range, found the slow and plain way. */
export interface NaiveSums {
  total: number;
  errors: number;
  degraded: number;
  unknown: number;
  missed: number;
  late: number;
  retries: number;
  censored: number;
  /** Completed latencies, ms, ascending. */
  latencies: number[];
}

/** The due instants a row stands for. */
export function instantsOf(event: ProbeEvent): number[] {
  if (event.outcome !== 'missed') return [event.timestamp];
  const count = event.missed_count ?? 1;
  const span = (event.missed_until ?? event.timestamp) - event.timestamp;
  return Array.from(
    { length: count },
    (_, index) => event.timestamp + (index * span) / Math.max(1, count - 1),
  );
}

export function naiveSums(events: readonly ProbeEvent[], range: Range): NaiveSums {
  const inside = (us: number) => us >= range.fromUs && us < range.toUs;
  const due = events.filter((event) => inside(event.timestamp));
  const final = due.filter((event) => event.is_final_attempt && event.outcome !== 'missed');
  const of = (...outcomes: string[]) => final.filter((event) => outcomes.includes(event.outcome)).length;
  return {
    total: of('up', 'degraded', 'down'),
    errors: of('down'),
    degraded: of('degraded'),
    unknown: of('unknown'),
    missed: events
      .filter((event) => event.outcome === 'missed')
      .reduce((sum, event) => sum + instantsOf(event).filter(inside).length, 0),
    late: due.filter((event) => event.late).length,
    retries: due.filter((event) => event.attempt > 1).length,
    censored: final.filter(isCensored).length,
    latencies: final
      .filter(hasCompleted)
      .map((event) => event.latency_ms ?? Number.NaN)
      .sort((a, b) => a - b),
  };
}

/** Exact nearest rank with timeouts above every value. */
export function naivePercentile(sums: NaiveSums, percent: number): number | null {
  const count = sums.latencies.length + sums.censored;
  return sums.latencies[Math.ceil((count * percent) / 100) - 1] ?? null;
}

export const naiveAverage = ({ latencies }: NaiveSums): number | null =>
  latencies.length === 0
    ? null
    : latencies.reduce((sum, latency) => sum + Math.round(latency * 1000), 0) / 1000 / latencies.length;

/** Every window of the events, recomputed from scratch. */
export function naiveWindows(events: readonly ProbeEvent[], lengthAtMs: (us: number) => number): WindowRow[] {
  const touched = new Map<string, { range: Range; windowMs: number; target_id: string; probe_id: string }>();
  for (const event of events) {
    for (const us of instantsOf(event)) {
      const windowMs = lengthAtMs(us);
      const start_time = Math.floor(us / (windowMs * 1000)) * windowMs * 1000;
      const { target_id, probe_id } = event;
      const range = { fromUs: start_time, toUs: start_time + windowMs * 1000 };
      touched.set(windowKeyOf({ target_id, probe_id, start_time }), { range, windowMs, target_id, probe_id });
    }
  }
  return [...touched.values()].map(({ range, windowMs, target_id, probe_id }) => {
    const own = events.filter((event) => event.target_id === target_id && event.probe_id === probe_id);
    const sums = naiveSums(own, range);
    const tally = createLatencyTally();
    for (const latency of sums.latencies) addLatency(tally, latency, 1);
    const indices = [...tally.counts.keys()];
    const offset = indices.length === 0 ? 0 : Math.min(...indices);
    const length = indices.length === 0 ? 0 : Math.max(...indices) - offset + 1;
    const due = sums.total + sums.unknown + sums.missed;
    return {
      start_time: range.fromUs,
      end_time: range.toUs,
      window_ms: windowMs,
      target_id,
      probe_id,
      url: 'http://127.0.0.1/',
      total_pings: sums.total,
      error_count: sums.errors,
      uptime_pct: sums.total === 0 ? null : ((sums.total - sums.errors) / sums.total) * 100,
      avg_latency: naiveAverage(sums),
      min_latency: sums.latencies[0] ?? null,
      max_latency: sums.latencies.at(-1) ?? null,
      p50_latency: naivePercentile(sums, 50),
      p95_latency: naivePercentile(sums, 95),
      p99_latency: naivePercentile(sums, 99),
      latency_sum_us: sums.latencies.reduce((sum, latency) => sum + Math.round(latency * 1000), 0),
      degraded_count: sums.degraded,
      unknown_count: sums.unknown,
      missed_count: sums.missed,
      coverage_pct: due === 0 ? 0 : (100 * sums.total) / due,
      late_count: sums.late,
      retry_count: sums.retries,
      censored_count: sums.censored,
      is_final: true,
      hist_scale: 5,
      hist_offset: offset,
      hist_counts: Array.from({ length }, (_, index) => tally.counts.get(offset + index) ?? 0),
    };
  });
}

/** The windows' latencies put together. */
export function mergedTally(rows: readonly WindowRow[]) {
  const tally = createLatencyTally();
  for (const row of rows) {
    addHistogram(tally, row.hist_offset, row.hist_counts);
    tally.censored += row.censored_count;
  }
  return tally;
}
