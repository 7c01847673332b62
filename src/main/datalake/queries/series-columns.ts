import type { Series } from '../../../shared/contract/questions';
import type { AnswerColumns } from './answer-columns';

/** One bucket as a chart needs it: counts, extremes and percentiles, all in ms. */
export interface BucketPoint {
  timestampUs: number;
  avgMs: number | null;
  minMs: number | null;
  maxMs: number | null;
  p50Ms: number | null;
  p95Ms: number | null;
  p99Ms: number | null;
  total: number;
  errors: number;
  degraded: number;
  unknown: number;
  missed: number;
}

/** Reads buckets from an answer with the columns `at_us`, `avg_ms`, …; an infinite percentile has no value. */
export function readBucketPoints(answer: AnswerColumns): BucketPoint[] {
  const avgMs = answer.nullableNumbers('avg_ms');
  const minMs = answer.nullableNumbers('min_ms');
  const maxMs = answer.nullableNumbers('max_ms');
  const p50Ms = answer.nullableNumbers('p50_ms');
  const p95Ms = answer.nullableNumbers('p95_ms');
  const p99Ms = answer.nullableNumbers('p99_ms');
  const total = answer.numbers('total');
  const errors = answer.numbers('errors');
  const degraded = answer.numbers('degraded');
  const unknown = answer.numbers('unknown');
  const missed = answer.numbers('missed');
  return answer.numbers('at_us').map((timestampUs, row) => ({
    timestampUs,
    avgMs: avgMs[row]!,
    minMs: minMs[row]!,
    maxMs: maxMs[row]!,
    p50Ms: finiteOrNull(p50Ms[row]!),
    p95Ms: finiteOrNull(p95Ms[row]!),
    p99Ms: finiteOrNull(p99Ms[row]!),
    total: total[row]!,
    errors: errors[row]!,
    degraded: degraded[row]!,
    unknown: unknown[row]!,
    missed: missed[row]!,
  }));
}

/** A rank that falls on a timeout has no value. */
function finiteOrNull(value: number | null): number | null {
  return value === Number.POSITIVE_INFINITY ? null : value;
}

/** @param points in any order */
export function bucketSeries(
  source: Series['source'],
  bucketUs: number,
  points: readonly BucketPoint[],
): Series {
  const sorted = [...points].sort((a, b) => a.timestampUs - b.timestampUs);
  return {
    kind: 'bucket',
    source,
    bucketUs,
    probers: null,
    timestampUs: sorted.map((point) => point.timestampUs),
    outcome: null,
    latencyMs: sorted.map((point) => point.avgMs),
    minMs: sorted.map((point) => point.minMs),
    maxMs: sorted.map((point) => point.maxMs),
    p50Ms: sorted.map((point) => point.p50Ms),
    p95Ms: sorted.map((point) => point.p95Ms),
    p99Ms: sorted.map((point) => point.p99Ms),
    total: sorted.map((point) => point.total),
    errors: sorted.map((point) => point.errors),
    degraded: sorted.map((point) => point.degraded),
    unknown: sorted.map((point) => point.unknown),
    missed: sorted.map((point) => point.missed),
  };
}
