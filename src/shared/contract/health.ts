import { z } from 'zod';
import { kafkaHealthSchema, logSwitchSchema, roleSchema } from './kafka';
import { instantUs } from './questions';

export const STAGES = ['prober', 'log', 'windows', 'lake', 'ui'] as const;
export type Stage = (typeof STAGES)[number];
/** Stages that can be restarted alone. */
export const RESTARTABLE_STAGES = ['prober', 'log', 'windows', 'lake'] as const;
export type RestartableStage = (typeof RESTARTABLE_STAGES)[number];

export const noticeSchema = z.object({
  /** Order of appearance. */
  id: z.number().int(),
  atUs: instantUs,
  stage: z.enum([...STAGES, 'kafka', 'targets', 'settings']),
  level: z.enum(['info', 'warning', 'alarm']),
  code: z.string(),
  message: z.string(),
  /** When the cause went away; null while it lasts or for a mere event. */
  resolvedUs: instantUs.nullable(),
});
export type Notice = z.infer<typeof noticeSchema>;

export const healthSchema = z.object({
  nowUs: instantUs,
  startedUs: instantUs,
  probeId: z.string(),
  role: roleSchema,
  version: z.string(),
  prober: z.object({
    workers: z.array(
      z.object({
        index: z.number().int(),
        targets: z.number().int(),
        restarts: z.number().int(),
        alive: z.boolean(),
      }),
    ),
    probesPerSecond: z.number(),
    inFlight: z.number().int(),
    lagP50Ms: z.number().nullable(),
    lagP99Ms: z.number().nullable(),
    missed: z.number().int(),
  }),
  log: z.object({
    kind: z.enum(['embedded', 'kafka']),
    appended: z.number().int(),
    /** Durable but not yet in the lake. */
    waiting: z.number().int(),
    fileBytes: z.number().int(),
    /** Finished probes in memory that the log could not take yet, and the bytes they hold. */
    unwritten: z.number().int(),
    unwrittenBytes: z.number().int(),
    /** Probes given up because memory for them was full; they stand as `missed` rows with `not_recorded`. */
    notRecorded: z.number().int(),
  }),
  /** Null while the embedded log is in use and nothing is left of Kafka. */
  kafka: kafkaHealthSchema.nullable(),
  /** A change of the log under way. */
  logSwitch: logSwitchSchema.nullable(),
  windows: z.object({
    watermarkUs: instantUs.nullable(),
    open: z.number().int(),
    written: z.number().int(),
    lateEvents: z.number().int(),
    dirty: z.number().int(),
    duplicates: z.number().int(),
    windowMs: z.number().int(),
    watermarkMs: z.number().int(),
    /** A change of length that is due: from when, and to what. */
    pendingWindow: z.object({ fromUs: instantUs, windowMs: z.number().int() }).nullable(),
  }),
  lake: z.object({
    rawRows: z.number().int(),
    rawFiles: z.number().int(),
    rawBytes: z.number().int(),
    windowRows: z.number().int(),
    windowFiles: z.number().int(),
    windowBytes: z.number().int(),
    unflushedRows: z.number().int(),
    fromUs: instantUs.nullable(),
    toUs: instantUs.nullable(),
    lastFlushUs: instantUs.nullable(),
    lastFlushDurationMs: z.number().nullable(),
    path: z.string(),
    foreignFiles: z.number().int(),
  }),
  process: z.object({
    rssBytes: z.number().int(),
    /** Share of one core since the last sample, %. */
    cpuPct: z.number(),
    eventLoopDelayP99Ms: z.number(),
  }),
  notices: z.array(noticeSchema),
});
export type Health = z.infer<typeof healthSchema>;
