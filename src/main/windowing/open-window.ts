import { histogramOf, LATENCY_HISTOGRAM_SCALE } from '../../shared/domain/latency-histogram';
import { hasCompleted, isCensored, type ProbeEvent } from '../../shared/domain/probe-event';
import type { WindowRow } from '../../shared/domain/window-row';
import { LatencyList } from './latency-list';
import type { MissedSpan } from './missed-span';

/**
 * What one window has seen so far. Everything is a count, a sum of integers or a sorted list, so that any order of arrival
 * gives the same row. Live windows and recomputed ones are the same code.
 */
export class OpenWindow {
  /** Whether a row came since `changed` was last reset. */
  changed = false;
  private total = 0;
  private errors = 0;
  private degraded = 0;
  private unknown = 0;
  private missed = 0;
  private late = 0;
  private retries = 0;
  private censored = 0;
  private latencySumUs = 0;
  private readonly latencies = new LatencyList();
  private url = '';
  private newestUs = Number.NEGATIVE_INFINITY;
  private newestSeq = Number.NEGATIVE_INFINITY;

  constructor(
    readonly startUs: number,
    readonly endUs: number,
  ) {}

  /** Whether no row belongs to the window: nothing was due. */
  get isEmpty(): boolean {
    return this.newestUs === Number.NEGATIVE_INFINITY;
  }

  /** Takes a row that is not `missed` and whose `timestamp` lies in this window. */
  add(event: ProbeEvent, late: boolean): void {
    this.touch(event);
    if (late) this.late += 1;
    if (event.attempt > 1) this.retries += 1;
    if (!event.is_final_attempt) return;
    if (event.outcome === 'unknown') {
      this.unknown += 1;
      return;
    }
    this.total += 1;
    if (event.outcome === 'down') this.errors += 1;
    else if (event.outcome === 'degraded') this.degraded += 1;
    if (isCensored(event)) this.censored += 1;
    else if (hasCompleted(event)) this.addLatency(event.latency_ms ?? 0);
  }

  /** Takes the part of a `missed` row that lies in this window, if any does. */
  addMissed(span: MissedSpan): void {
    const instants = span.countIn(this.startUs, this.endUs);
    if (instants === 0) return;
    this.touch(span.event);
    this.missed += instants;
    if (span.late && span.fromUs >= this.startUs) this.late += 1;
  }

  toRow(targetId: string, probeId: string, isFinal: boolean): WindowRow {
    const sorted = this.latencies.sorted();
    const completed = sorted.length;
    const histogram = histogramOf(sorted);
    const due = this.total + this.unknown + this.missed;
    return {
      start_time: this.startUs,
      end_time: this.endUs,
      window_ms: (this.endUs - this.startUs) / 1000,
      target_id: targetId,
      probe_id: probeId,
      url: this.url,
      total_pings: this.total,
      error_count: this.errors,
      uptime_pct: this.total === 0 ? null : (100 * (this.total - this.errors)) / this.total,
      avg_latency: completed === 0 ? null : this.latencySumUs / 1000 / completed,
      min_latency: millisecondsOf(sorted[0]),
      max_latency: millisecondsOf(sorted[completed - 1]),
      p50_latency: nearestRank(sorted, this.censored, 50),
      p95_latency: nearestRank(sorted, this.censored, 95),
      p99_latency: nearestRank(sorted, this.censored, 99),
      latency_sum_us: this.latencySumUs,
      degraded_count: this.degraded,
      unknown_count: this.unknown,
      missed_count: this.missed,
      coverage_pct: due === 0 ? 0 : (100 * this.total) / due,
      late_count: this.late,
      retry_count: this.retries,
      censored_count: this.censored,
      is_final: isFinal,
      hist_scale: LATENCY_HISTOGRAM_SCALE,
      hist_offset: histogram.offset,
      hist_counts: histogram.counts,
    };
  }

  private addLatency(ms: number): void {
    const us = Math.round(ms * 1000);
    this.latencySumUs += us;
    this.latencies.add(us);
  }

  private touch(event: ProbeEvent): void {
    this.changed = true;
    const { timestamp, seq } = event;
    if (timestamp < this.newestUs || (timestamp === this.newestUs && seq < this.newestSeq)) return;
    this.newestUs = timestamp;
    this.newestSeq = seq;
    this.url = event.url;
  }
}

/** Nearest rank over completed and censored attempts, the censored above all; null on one of those, or without any. */
function nearestRank(sorted: ArrayLike<number>, censored: number, percent: number): number | null {
  // The product is an integer, so that the quotient of an exact rank is exact.
  const rank = Math.ceil(((sorted.length + censored) * percent) / 100);
  return millisecondsOf(sorted[rank - 1]);
}

function millisecondsOf(us: number | undefined): number | null {
  return us === undefined ? null : us / 1000;
}
