import { z } from 'zod';
import { OUTCOMES } from '../domain/outcome';
import { errorCodes } from './app-error';

/** Instants on the wire are integer microseconds since the epoch, UTC, like the lake's. */
export const instantUs = z.number().int().nonnegative();

/** Half-open `[fromUs, toUs)`. */
export const rangeSchema = z
  .object({ fromUs: instantUs, toUs: instantUs })
  .refine((range) => range.fromUs < range.toUs, {
    message: 'the range ends before it starts',
    path: ['toUs'],
  });
export type Range = z.infer<typeof rangeSchema>;

/** Whose measurements a question is about; null = those of all probers together. */
export const probeIdSchema = z.string().min(1).nullable().default(null);

const stateNameSchema = z.enum([...OUTCOMES, 'noData', 'paused']);

/** What is said of a target, by one prober or for all. */
const saidShape = {
  state: stateNameSchema,
  /** Since when the state is what it is, as far as this run and the lake know. */
  sinceUs: instantUs.nullable(),
  lastEventUs: instantUs.nullable(),
  latencyMs: z.number().nullable(),
  statusCode: z.number().nullable(),
  /** Down events of final attempts in (now − 60 s, now]. */
  errorsLastMinute: z.number().int(),
  lastFailure: z
    .object({
      timestampUs: instantUs,
      phase: z.string().nullable(),
      code: z.string().nullable(),
      detail: z.string().nullable(),
      statusCode: z.number().nullable(),
    })
    .nullable(),
};

/** What one of several probers says of a target. */
export const proberStateSchema = z.object({
  probeId: z.string(),
  ...saidShape,
});
export type ProberState = z.infer<typeof proberStateSchema>;

/**
 * What is known of a target now. `noData`: the newest final attempt is older than two intervals and the timeout. Of several
 * probers the one that is worst off speaks, among those whose newest attempt is fresh.
 */
export const targetStateSchema = z.object({
  targetId: z.string(),
  url: z.string(),
  /** Who speaks: state, latency and status are this prober's. Null before the first event. */
  probeId: z.string().nullable(),
  ...saidShape,
  /** Measured by a prober whose target list is not ours. */
  remote: z.boolean(),
  /** What each says, by `probeId`, when several have measured in the last hour; otherwise empty. */
  probers: z.array(proberStateSchema),
});
export type TargetState = z.infer<typeof targetStateSchema>;

export const seriesQuestionSchema = z.object({
  targetId: z.string().min(1),
  probeId: probeIdSchema,
  range: rangeSchema,
  /** Pixels of the chart; the answer has at most about twice as many points, and never over 2,000. */
  width: z.number().int().min(10).max(10_000),
});
export type SeriesQuestion = z.infer<typeof seriesQuestionSchema>;

/**
 * A series in columns, one entry per point, ascending in time.
 * `raw`: one point per final attempt. `bucket`: per time bucket the extremes and counts; percentiles come from merged
 * histograms when whole windows make up the bucket, from the attempts themselves otherwise.
 */
export const seriesSchema = z.object({
  kind: z.enum(['raw', 'bucket']),
  source: z.enum(['raw', 'windows']),
  bucketUs: z.number().int().nullable(),
  timestampUs: z.array(instantUs),
  /** Whose attempt each raw point is: an index into `ids`. With one prober `of` is empty. Null for buckets. */
  probers: z.object({ ids: z.array(z.string()), of: z.array(z.number().int()) }).nullable(),
  outcome: z.array(z.enum(OUTCOMES)).nullable(),
  latencyMs: z.array(z.number().nullable()),
  minMs: z.array(z.number().nullable()),
  maxMs: z.array(z.number().nullable()),
  p50Ms: z.array(z.number().nullable()),
  p95Ms: z.array(z.number().nullable()),
  p99Ms: z.array(z.number().nullable()),
  total: z.array(z.number().int()),
  errors: z.array(z.number().int()),
  degraded: z.array(z.number().int()),
  unknown: z.array(z.number().int()),
  missed: z.array(z.number().int()),
});
export type Series = z.infer<typeof seriesSchema>;

export const windowRowSchema = z.object({
  start_time: instantUs,
  end_time: instantUs,
  window_ms: z.number().int(),
  target_id: z.string(),
  probe_id: z.string(),
  url: z.string(),
  total_pings: z.number().int(),
  error_count: z.number().int(),
  uptime_pct: z.number().nullable(),
  avg_latency: z.number().nullable(),
  min_latency: z.number().nullable(),
  max_latency: z.number().nullable(),
  p50_latency: z.number().nullable(),
  p95_latency: z.number().nullable(),
  p99_latency: z.number().nullable(),
  latency_sum_us: z.number(),
  degraded_count: z.number().int(),
  unknown_count: z.number().int(),
  missed_count: z.number().int(),
  coverage_pct: z.number(),
  late_count: z.number().int(),
  retry_count: z.number().int(),
  censored_count: z.number().int(),
  is_final: z.boolean(),
  hist_scale: z.number().int(),
  hist_offset: z.number().int(),
  hist_counts: z.array(z.number().int()),
});

export const totalsSchema = z.object({
  targetId: z.string().nullable(),
  range: rangeSchema,
  windows: z.number().int(),
  totalPings: z.number().int(),
  errorCount: z.number().int(),
  degradedCount: z.number().int(),
  unknownCount: z.number().int(),
  missedCount: z.number().int(),
  censoredCount: z.number().int(),
  lateCount: z.number().int(),
  uptimePct: z.number().nullable(),
  coveragePct: z.number().nullable(),
  avgMs: z.number().nullable(),
  minMs: z.number().nullable(),
  maxMs: z.number().nullable(),
});
export type Totals = z.infer<typeof totalsSchema>;

export const percentilesSchema = z.object({
  targetId: z.string().nullable(),
  /** Completed attempts behind the percentiles. */
  completed: z.number().int(),
  censored: z.number().int(),
  /** ms, within ±1.1 %; null where there is nothing, or the rank falls on a timeout. */
  p50Ms: z.number().nullable(),
  p90Ms: z.number().nullable(),
  p95Ms: z.number().nullable(),
  p99Ms: z.number().nullable(),
  p999Ms: z.number().nullable(),
});
export type Percentiles = z.infer<typeof percentilesSchema>;

export const exportRequestSchema = z.object({
  table: z.enum(['raw', 'metrics']),
  format: z.enum(['parquet', 'csv']),
  range: rangeSchema,
  /** Empty = every target. */
  targetIds: z.array(z.string()).default([]),
  /** Where the file goes; null = the data folder's `exports/`, named after table and range. */
  path: z.string().min(1).nullable().default(null),
});
export type ExportRequest = z.output<typeof exportRequestSchema>;

export const exportStateSchema = z.object({
  id: z.string(),
  status: z.enum(['running', 'done', 'failed', 'cancelled']),
  path: z.string(),
  rowsDone: z.number().int(),
  rowsTotal: z.number().int(),
  bytes: z.number().int().nullable(),
  /** Why it failed. */
  error: z.object({ code: z.enum(errorCodes), message: z.string() }).nullable(),
});
export type ExportState = z.infer<typeof exportStateSchema>;
