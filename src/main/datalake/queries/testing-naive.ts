import type { Range } from '../../../shared/contract/questions';
import { hasCompleted, isCensored, type ProbeEvent } from '../../../shared/domain/probe-event';

/** For tests: what is due inside a range, found the slow and plain way. */
export interface NaiveSums {
  total: number;
  errors: number;
  degraded: number;
  unknown: number;
  missed: number;
  late: number;
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
    (_, index) => event.timestamp + Math.round((index * span) / Math.max(1, count - 1)),
  );
}

export function naiveSums(events: readonly ProbeEvent[], range: Range): NaiveSums {
  const inside = (us: number) => us >= range.fromUs && us < range.toUs;
  const due = events.filter((event) => inside(event.timestamp));
  const final = due.filter((event) => event.is_final_attempt && event.outcome !== 'missed');
  const measured = final.filter((event) => event.outcome !== 'unknown');
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
    censored: measured.filter(isCensored).length,
    latencies: measured
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
