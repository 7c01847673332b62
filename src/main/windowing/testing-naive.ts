import type { ProbeEvent } from '../../shared/domain/probe-event';
import type { WindowRow } from '../../shared/domain/window-row';
import type { WindowLength } from './aggregator';

/** For tests: every due instant a row stands for, listed. */
export function instantsOf(event: ProbeEvent): number[] {
  if (event.outcome !== 'missed') return [event.timestamp];
  const count = event.missed_count ?? 1;
  if (count === 1) return [event.timestamp];
  const span = (event.missed_until ?? event.timestamp) - event.timestamp;
  return Array.from({ length: count }, (_, i) => event.timestamp + Math.round((i * span) / (count - 1)));
}

/** For tests: `[start, end)` of the window that holds an instant. */
export function naiveWindow(us: number, lengths: readonly WindowLength[]): [number, number] {
  let lengthUs = (lengths[0]?.windowMs ?? 0) * 1000;
  for (const entry of lengths) if (us >= entry.fromUs) lengthUs = entry.windowMs * 1000;
  const start = us - (us % lengthUs);
  return [start, start + lengthUs];
}

/** For tests: every window of the rows by enumerating instants, plain arrays and a sort. None of the product's code. */
export function naiveWindows(events: readonly ProbeEvent[], lengths: readonly WindowLength[]): WindowRow[] {
  const instantsByWindow = new Map<string, { event: ProbeEvent; instants: number }[]>();
  for (const event of events) {
    const counts = new Map<number, number>();
    for (const us of instantsOf(event)) {
      const [start] = naiveWindow(us, lengths);
      counts.set(start, (counts.get(start) ?? 0) + 1);
    }
    for (const [start, instants] of counts) {
      const key = JSON.stringify([start, event.target_id, event.probe_id]);
      instantsByWindow.set(key, [...(instantsByWindow.get(key) ?? []), { event, instants }]);
    }
  }
  return [...instantsByWindow].map(([key, touching]) => {
    const [start, targetId, probeId]: [number, string, string] = JSON.parse(key);
    return naiveRow(touching, naiveWindow(start, lengths), targetId, probeId);
  });
}

function naiveRow(
  touching: { event: ProbeEvent; instants: number }[],
  [start, end]: [number, number],
  targetId: string,
  probeId: string,
): WindowRow {
  const events = touching.map(({ event }) => event);
  const own = events.filter(({ timestamp }) => timestamp >= start && timestamp < end);
  const final = own.filter((event) => event.is_final_attempt && event.outcome !== 'missed');
  const measured = final.filter((event) => event.outcome !== 'unknown');
  const missed = touching.reduce((sum, one) => sum + (one.event.outcome === 'missed' ? one.instants : 0), 0);
  const latencies = measured
    .filter((event) => event.latency_ms !== null)
    .filter((event) => event.failure_phase === null || event.failure_phase === 'assertion')
    .map((event) => event.latency_ms ?? Number.NaN)
    .sort((a, b) => a - b);
  const sumUs = latencies.reduce((sum, ms) => sum + Math.round(ms * 1000), 0);
  const censored = measured.filter((event) => event.failure_phase === 'timeout').length;
  const errors = measured.filter((event) => event.outcome === 'down').length;
  const unknown = final.length - measured.length;
  const due = measured.length + unknown + missed;
  const ranked = [...latencies, ...Array.from({ length: censored }, () => null)];
  const percentile = (percent: number) => ranked[Math.ceil((ranked.length * percent) / 100) - 1] ?? null;
  const buckets = latencies.map((ms) => Math.ceil(Math.log2(Math.max(ms, 0.01)) * 32 - 1e-9) - 1);
  const offset = buckets[0] ?? 0;
  return {
    start_time: start,
    end_time: end,
    window_ms: (end - start) / 1000,
    target_id: targetId,
    probe_id: probeId,
    url: events.sort((a, b) => b.timestamp - a.timestamp || b.seq - a.seq)[0]?.url ?? '',
    total_pings: measured.length,
    error_count: errors,
    uptime_pct: measured.length === 0 ? null : (100 * (measured.length - errors)) / measured.length,
    avg_latency: latencies.length === 0 ? null : sumUs / 1000 / latencies.length,
    min_latency: latencies[0] ?? null,
    max_latency: latencies.at(-1) ?? null,
    p50_latency: percentile(50),
    p95_latency: percentile(95),
    p99_latency: percentile(99),
    latency_sum_us: sumUs,
    degraded_count: measured.filter((event) => event.outcome === 'degraded').length,
    unknown_count: unknown,
    missed_count: missed,
    coverage_pct: due === 0 ? 0 : (100 * measured.length) / due,
    late_count: own.filter((event) => event.late).length,
    retry_count: own.filter((event) => event.attempt > 1).length,
    censored_count: censored,
    is_final: true,
    hist_scale: 5,
    hist_offset: offset,
    hist_counts: Array.from(
      { length: latencies.length === 0 ? 0 : (buckets.at(-1) ?? 0) - offset + 1 },
      (_, index) => buckets.filter((bucket) => bucket === offset + index).length,
    ),
  };
}
