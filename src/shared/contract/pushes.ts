import { z } from 'zod';
import { OUTCOMES } from '../domain/outcome';
import { settingsSchema } from '../domain/settings';
import { targetViewSchema } from './commands';
import { healthSchema } from './health';
import { exportStateSchema, instantUs, targetStateSchema, windowRowSchema } from './questions';

/** A finished, acknowledged attempt, as short as a chart needs it. */
export const probePointSchema = z.object({
  targetId: z.string(),
  probeId: z.string(),
  timestampUs: instantUs,
  seq: z.number().int(),
  outcome: z.enum(OUTCOMES),
  latencyMs: z.number().nullable(),
  phasesMs: z.tuple([
    z.number().nullable(),
    z.number().nullable(),
    z.number().nullable(),
    z.number().nullable(),
    z.number().nullable(),
  ]),
  statusCode: z.number().nullable(),
  failureCode: z.string().nullable(),
  attempt: z.number().int(),
  isFinalAttempt: z.boolean(),
  missedUntilUs: instantUs.nullable(),
});
export type ProbePoint = z.infer<typeof probePointSchema>;

/**
 * Every topic one can subscribe to. A subscription gets `snapshot` first, then `change` messages, coalesced.
 * `keyed` topics send only the entries that changed since; `append` topics send only what is new; `whole` topics send all.
 */
export const pushes = {
  targets: { mode: 'whole', payload: z.array(targetViewSchema) },
  states: { mode: 'keyed', payload: z.array(targetStateSchema) },
  probes: { mode: 'append', payload: z.array(probePointSchema) },
  windows: { mode: 'keyed', payload: z.array(windowRowSchema) },
  health: { mode: 'whole', payload: healthSchema },
  exports: { mode: 'keyed', payload: z.array(exportStateSchema) },
  settings: { mode: 'whole', payload: settingsSchema },
} as const satisfies Record<string, { mode: 'whole' | 'keyed' | 'append'; payload: z.ZodType }>;

export type Pushes = typeof pushes;
export type Topic = keyof Pushes;
export type PushPayload<T extends Topic> = z.infer<Pushes[T]['payload']>;
export const topics = Object.keys(pushes) as Topic[];

export interface PushMessage<T extends Topic = Topic> {
  topic: T;
  kind: 'snapshot' | 'change';
  payload: PushPayload<T>;
}

/** What a stage offers to the bridge for one topic. */
export interface TopicSource<T extends Topic> {
  snapshot(): PushPayload<T> | Promise<PushPayload<T>>;
  /** Calls back with changes as they come; coalescing is the bridge's. Returns the way to stop. */
  listen(onChange: (change: PushPayload<T>) => void): () => void;
}
export type TopicSources = { [T in Topic]: TopicSource<T> };
