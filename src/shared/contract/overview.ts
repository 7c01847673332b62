import { z } from 'zod';
import { OUTCOMES } from '../domain/outcome';
import { instantUs, percentilesSchema, totalsSchema } from './questions';

/** Who has measured: in the lake, or so far only on the way into it. */
export const proberListSchema = z.array(
  z.object({
    probeId: z.string(),
    /** Start of its oldest window and end of its newest, or the instants of its events where they reach further. */
    fromUs: instantUs,
    toUs: instantUs,
    /** How many targets it has measured. */
    targets: z.number().int(),
    /** The one that this engine runs, or ran last. */
    own: z.boolean(),
  }),
);
export type ProberEntry = z.infer<typeof proberListSchema>[number];

const measuredShape = { totals: totalsSchema, percentiles: percentilesSchema };

/** A range of one target in numbers: all together, and prober by prober those with a window in it, by `probeId`. */
export const comparisonSchema = z.object({
  together: z.object(measuredShape),
  probers: z.array(z.object({ probeId: z.string(), ...measuredShape })),
});
export type Comparison = z.infer<typeof comparisonSchema>;

/** One window as short as a heartbeat strip needs it. */
export const beatSchema = z.object({
  startUs: instantUs,
  endUs: instantUs,
  totalPings: z.number().int(),
  errorCount: z.number().int(),
  degradedCount: z.number().int(),
  unknownCount: z.number().int(),
  missedCount: z.number().int(),
  p50Ms: z.number().nullable(),
  p95Ms: z.number().nullable(),
  isFinal: z.boolean(),
});
export type Beat = z.infer<typeof beatSchema>;

/** The newest windows of every target, ascending, the open one included. Windows of several probers are merged into one beat. */
export const heartbeatsSchema = z.array(z.object({ targetId: z.string(), beats: z.array(beatSchema) }));
export type Heartbeats = z.infer<typeof heartbeatsSchema>;

/** Uptime of every target over the last `spanMs`, for several spans at once. */
export const uptimesSchema = z.array(
  z.object({
    targetId: z.string(),
    spans: z.array(
      z.object({
        spanMs: z.number().int(),
        totalPings: z.number().int(),
        errorCount: z.number().int(),
        unknownCount: z.number().int(),
        missedCount: z.number().int(),
        uptimePct: z.number().nullable(),
        coveragePct: z.number().nullable(),
      }),
    ),
  }),
);
export type Uptimes = z.infer<typeof uptimesSchema>;
export type UptimeSpan = Uptimes[number]['spans'][number];

/** Final attempts of the last seconds for every target and prober, in columns, ascending. */
export const recentSchema = z.array(
  z.object({
    targetId: z.string(),
    probeId: z.string(),
    timestampUs: z.array(instantUs),
    latencyMs: z.array(z.number().nullable()),
    outcome: z.array(z.enum(OUTCOMES)),
  }),
);
export type Recent = z.infer<typeof recentSchema>;

/** Mean of each phase per bucket over completed final attempts; with `bucketUs` null one entry per attempt. */
export const phasesSchema = z.object({
  bucketUs: z.number().int().nullable(),
  timestampUs: z.array(instantUs),
  dnsMs: z.array(z.number().nullable()),
  connectMs: z.array(z.number().nullable()),
  tlsMs: z.array(z.number().nullable()),
  ttfbMs: z.array(z.number().nullable()),
  transferMs: z.array(z.number().nullable()),
  count: z.array(z.number().int()),
});
export type Phases = z.infer<typeof phasesSchema>;

/** One attempt with all that was recorded of it, named like the lake's columns. */
export const probeDetailSchema = z.object({
  timestamp: instantUs,
  started_at: instantUs,
  probe_id: z.string(),
  seq: z.number().int(),
  outcome: z.enum(OUTCOMES),
  status_code: z.number().nullable(),
  latency_ms: z.number().nullable(),
  dns_ms: z.number().nullable(),
  connect_ms: z.number().nullable(),
  tls_ms: z.number().nullable(),
  ttfb_ms: z.number().nullable(),
  transfer_ms: z.number().nullable(),
  failure_phase: z.string().nullable(),
  failure_code: z.string().nullable(),
  failure_detail: z.string().nullable(),
  attempt: z.number().int(),
  is_final_attempt: z.boolean(),
  remote_ip: z.string().nullable(),
  http_version: z.string().nullable(),
  response_bytes: z.number().nullable(),
  missed_count: z.number().int().nullable(),
  missed_until: instantUs.nullable(),
  config_version: z.number().int(),
});
export type ProbeDetail = z.infer<typeof probeDetailSchema>;
