import { z } from 'zod';
import { kafkaPatchSchema } from '../domain/kafka-settings';
import { settingsPatchSchema, settingsSchema } from '../domain/settings';
import { targetDraftSchema, targetSchema } from '../domain/target';
import { healthSchema, RESTARTABLE_STAGES } from './health';
import { kafkaTestSchema } from './kafka';
import {
  comparisonSchema,
  heartbeatsSchema,
  phasesSchema,
  probeDetailSchema,
  proberListSchema,
  recentSchema,
  uptimesSchema,
} from './overview';
import {
  exportRequestSchema,
  exportStateSchema,
  percentilesSchema,
  probeIdSchema,
  rangeSchema,
  seriesQuestionSchema,
  seriesSchema,
  targetStateSchema,
  totalsSchema,
  windowRowSchema,
} from './questions';

const nothing = z.strictObject({});
const byId = z.strictObject({ id: z.string().min(1) });
const overRange = z.strictObject({
  targetId: z.string().nullable().default(null),
  probeId: probeIdSchema,
  range: rangeSchema,
});
const done = z.object({ done: z.literal(true) });

/** A target as the interface sees it: `${env:NAME}` unresolved, and the display URL beside it. */
export const targetViewSchema = targetSchema.extend({ displayUrl: z.string() });
export type TargetView = z.infer<typeof targetViewSchema>;

/** One attempt's measurements without a place in the log: the answer of "test now". */
export const testResultSchema = z.object({
  outcome: z.string(),
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
  remote_ip: z.string().nullable(),
  http_version: z.string().nullable(),
  response_bytes: z.number().nullable(),
});
export type TestResult = z.infer<typeof testResultSchema>;

/** Every command of the engine: name → what goes in, what comes out. The only contract with the interface. */
export const commands = {
  'targets.list': { input: nothing, output: z.array(targetViewSchema) },
  'targets.create': { input: targetDraftSchema, output: targetViewSchema },
  'targets.update': {
    input: z.strictObject({ id: z.string().min(1), draft: targetDraftSchema }),
    output: targetViewSchema,
  },
  'targets.clone': { input: byId, output: targetViewSchema },
  'targets.setPaused': {
    input: z.strictObject({ id: z.string().min(1), paused: z.boolean() }),
    output: targetViewSchema,
  },
  'targets.delete': { input: byId, output: done },
  /** Brings back a target deleted in this run, under its old id. */
  'targets.undelete': { input: byId, output: targetViewSchema },
  'targets.test': { input: targetDraftSchema, output: testResultSchema },
  'state.current': { input: nothing, output: z.array(targetStateSchema) },
  /** Starts the built-in demo service in this process and adds its targets; a second call changes nothing. */
  'demo.start': { input: nothing, output: z.array(targetViewSchema) },
  /** Everyone who measured what the lake holds, and whose events are only on their way there; our own first. */
  'probers.list': { input: nothing, output: proberListSchema },
  /** What each prober measured of one target in a range. */
  'probers.compare': {
    input: z.strictObject({ targetId: z.string().min(1), range: rangeSchema }),
    output: comparisonSchema,
  },
  'heartbeats.get': {
    input: z.strictObject({
      perTarget: z.number().int().min(1).max(120).default(60),
      probeId: probeIdSchema,
    }),
    output: heartbeatsSchema,
  },
  'uptime.get': {
    input: z.strictObject({
      spansMs: z
        .array(z.number().int().positive())
        .min(1)
        .max(6)
        .default([86_400_000, 604_800_000, 2_592_000_000]),
      probeId: probeIdSchema,
    }),
    output: uptimesSchema,
  },
  'recent.get': {
    input: z.strictObject({
      seconds: z.number().int().min(10).max(900).default(300),
      probeId: probeIdSchema,
    }),
    output: recentSchema,
  },
  'series.get': { input: seriesQuestionSchema, output: seriesSchema },
  'phases.get': { input: seriesQuestionSchema, output: phasesSchema },
  /** Attempts with everything recorded of them, newest first, retries and unflushed ones included. */
  'probes.get': {
    input: z.strictObject({
      targetId: z.string().min(1),
      probeId: probeIdSchema,
      range: rangeSchema,
      limit: z.number().int().min(1).max(200).default(50),
    }),
    output: z.array(probeDetailSchema),
  },
  'windows.last': {
    input: z.strictObject({
      targetId: z.string().nullable().default(null),
      probeId: probeIdSchema,
      limit: z.number().int().min(1).max(2000).default(10),
    }),
    output: z.array(windowRowSchema),
  },
  'totals.get': {
    input: overRange,
    output: totalsSchema,
  },
  'percentiles.get': {
    input: overRange,
    output: percentilesSchema,
  },
  'export.start': { input: exportRequestSchema, output: exportStateSchema },
  'export.status': { input: byId, output: exportStateSchema },
  'export.cancel': { input: byId, output: exportStateSchema },
  /** Desktop only: the system's save dialog. `path` is null when it was dismissed; headless answers `unavailable`. */
  'export.choosePath': {
    input: z.strictObject({ suggestedName: z.string().min(1) }),
    output: z.object({ path: z.string().nullable() }),
  },
  'lake.moveForeign': { input: nothing, output: z.object({ moved: z.number().int(), to: z.string() }) },
  'settings.get': { input: nothing, output: settingsSchema },
  'settings.update': { input: settingsPatchSchema, output: settingsSchema },
  /** Tries a connection with the settings in force and `kafka` over them; changes nothing. */
  'kafka.test': { input: z.strictObject({ kafka: kafkaPatchSchema }), output: kafkaTestSchema },
  'health.get': { input: nothing, output: healthSchema },
  'stage.restart': { input: z.strictObject({ stage: z.enum(RESTARTABLE_STAGES) }), output: done },
  /** Clears log, lake and checkpoints. `confirm` must be the word "reset". */
  'reset.run': { input: z.strictObject({ confirm: z.string() }), output: done },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>;

export type Commands = typeof commands;
export type CommandName = keyof Commands;
export type CommandInput<N extends CommandName> = z.output<Commands[N]['input']>;
export type CommandOutput<N extends CommandName> = z.output<Commands[N]['output']>;

/** What a handler is told besides its input. Aborted when the caller went away or cancelled. */
export interface CallContext {
  signal: AbortSignal;
}

/** One handler per command: a missing one does not compile. */
export type Handlers = {
  [N in CommandName]: (
    input: CommandInput<N>,
    context: CallContext,
  ) => Promise<CommandOutput<N>> | CommandOutput<N>;
};
