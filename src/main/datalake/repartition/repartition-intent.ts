import { z } from 'zod';
import { decodeIntentText, encodeIntentText } from '../intent-text';

/** Where everything new waits, in the epoch directory of whoever works on it. */
export const REPARTITION_FOLDER = 'checkpoints/repartition';
export const REPARTITION_INTENT = `${REPARTITION_FOLDER}/intent.json`;

const count = z.number().int().nonnegative();
const stepSchema = z.discriminatedUnion('kind', [
  /** `name` in the epoch directory goes to the path `to`, replacing what is there. */
  z.object({ kind: z.literal('place'), name: z.string(), to: z.string() }),
  z.object({ kind: z.literal('remove'), path: z.string() }),
]);

const intentSchema = z.object({
  from: count,
  to: count,
  /** Serial of each old partition's checkpoint, from which the new lake was made. */
  serials: z.array(count),
  /** Serial of all new checkpoints. */
  serial: count,
  /** The steps of one phase in any order, and all durable before the next begins. */
  phases: z.array(z.array(stepSchema)),
});

/**
 * What a change of the number of partitions is about to do, durable before it touches anything of the lake. It says all that
 * finishing needs; every step can be repeated.
 */
export type RepartitionIntent = z.infer<typeof intentSchema>;
export type RepartitionStep = z.infer<typeof stepSchema>;

export const encodeRepartition = (intent: RepartitionIntent): string => encodeIntentText(intent);
export const decodeRepartition = (text: string): RepartitionIntent | null =>
  decodeIntentText(text, intentSchema);
