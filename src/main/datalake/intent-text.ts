import { z } from 'zod';
import { checksumOf } from './checksum';

const envelopeSchema = z.object({ checksum: z.string(), intent: z.unknown() });

/**
 * An intent as it is made durable. It has no version of its own: a lake of a later version is refused by its description and
 * its checkpoints before an intent is looked at.
 */
export function encodeIntentText(intent: unknown): string {
  const text = JSON.stringify(intent);
  return `{"checksum":"${checksumOf(text)}","intent":${text}}\n`;
}

/** Null when the text is no whole intent: then none was durable, and nothing was touched. */
export function decodeIntentText<T>(text: string, schema: z.ZodType<T>): T | null {
  try {
    const envelope = envelopeSchema.parse(JSON.parse(text));
    if (checksumOf(JSON.stringify(envelope.intent)) !== envelope.checksum) return null;
    return schema.parse(envelope.intent);
  } catch {
    return null;
  }
}
