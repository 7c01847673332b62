import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { HeldRanges } from './lake';
import type { MetricsFile, RawFile } from './lake-file';

/** Raised when an older version could not read what is written. A migration reads every older one. */
export const CHECKPOINT_VERSION = 1;

const count = z.number().int().nonnegative();
const us = z.number().int();
const fileSchema = z.object({
  path: z.string(),
  date: z.string(),
  rows: count,
  bytes: count,
  minUs: us,
  maxUs: us,
});

/** Inclusive `seq` ranges by prober. */
const rangesSchema = z.record(z.string(), z.array(z.tuple([z.number().int(), z.number().int()])));

export const rawFileSchema = fileSchema.extend({
  kind: z.enum(['tail', 'segment', 'hour', 'day']),
  seqs: z.record(z.string(), z.tuple([z.number().int(), z.number().int()])),
  writtenUs: us,
});

const bodySchema = z.object({
  /** Raised by every commit. */
  serial: count,
  partition: count,
  progress: z
    .object({
      nextOffset: z.string().regex(/^\d+$/),
      lastSeq: z.record(z.string(), z.number().int()),
      aggregator: z.unknown(),
    })
    .nullable(),
  held: rangesSchema,
  raw: z.array(rawFileSchema),
  metrics: z.array(fileSchema.extend({ hour: count })),
});

/** What is durable of one partition: where its stream stands and which files hold its rows. */
export interface Checkpoint {
  serial: number;
  partition: number;
  progress: { nextOffset: string; lastSeq: Record<string, number>; aggregator: unknown } | null;
  held: HeldRanges;
  raw: readonly RawFile[];
  metrics: readonly MetricsFile[];
}

export type CheckpointReading =
  | { kind: 'read'; checkpoint: Checkpoint }
  | { kind: 'too_new'; version: number }
  | { kind: 'broken'; reason: string };

const envelopeSchema = z.object({ version: z.number().int(), checksum: z.string(), body: z.unknown() });

export function encodeCheckpoint(checkpoint: Checkpoint): string {
  const body = JSON.stringify(checkpoint);
  return `{"version":${CHECKPOINT_VERSION},"checksum":"${checksumOf(body)}","body":${body}}\n`;
}

export function decodeCheckpoint(text: string): CheckpointReading {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { kind: 'broken', reason: 'it is cut off or not JSON' };
  }
  const envelope = envelopeSchema.safeParse(parsed);
  if (!envelope.success) return { kind: 'broken', reason: 'it has no version or checksum' };
  const { version, checksum } = envelope.data;
  if (version > CHECKPOINT_VERSION) return { kind: 'too_new', version };
  if (checksumOf(JSON.stringify(envelope.data.body)) !== checksum) {
    return { kind: 'broken', reason: 'its checksum does not match' };
  }
  const body = bodySchema.safeParse(envelope.data.body);
  if (!body.success)
    return { kind: 'broken', reason: `${body.error.issues[0]?.path.join('.')} is not valid` };
  return { kind: 'read', checkpoint: body.data };
}

function checksumOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
