import { z } from 'zod';
import { rawFileSchema } from './checkpoint';
import { decodeIntentText, encodeIntentText } from './intent-text';
import type { RawFile } from './lake-file';

/**
 * What a merge is about to do, durable before it takes anything away. It says all that finishing it needs, so that it
 * can be finished after a crash at any instant, and even when the checkpoint is lost.
 */
export interface MergeIntent {
  /** Live files to be taken away. */
  inputs: readonly string[];
  /** Where the durable result waits. */
  temporary: string;
  /** The result as it will be live. */
  result: RawFile;
}

const intentSchema = z.object({
  inputs: z.array(z.string()).min(1),
  temporary: z.string(),
  result: rawFileSchema,
});

export const encodeIntent = (intent: MergeIntent): string => encodeIntentText(intent);
export const decodeIntent = (text: string): MergeIntent | null => decodeIntentText(text, intentSchema);
