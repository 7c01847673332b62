import { createHash } from 'node:crypto';

/** SHA-256 of a text that is to be known again whole, in hexadecimal. */
export function checksumOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
