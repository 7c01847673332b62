import { createHash } from 'node:crypto';
import { z } from 'zod';
import { rawFileSchema } from './checkpoint';
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
const envelopeSchema = z.object({ checksum: z.string(), intent: z.unknown() });

export function encodeIntent(intent: MergeIntent): string {
  const text = JSON.stringify(intent);
  return `{"checksum":"${checksumOf(text)}","intent":${text}}\n`;
}

/** Null when the text is no whole intent: then none was durable, and nothing was taken away. */
export function decodeIntent(text: string): MergeIntent | null {
  try {
    const envelope = envelopeSchema.parse(JSON.parse(text));
    if (checksumOf(JSON.stringify(envelope.intent)) !== envelope.checksum) return null;
    return intentSchema.parse(envelope.intent);
  } catch {
    return null;
  }
}

function checksumOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
