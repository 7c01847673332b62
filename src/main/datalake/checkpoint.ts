import { z } from 'zod';
import { checksumOf } from './checksum';
import type { MetricsFile, RawFile } from './lake-file';
import { type Progress, progressOfVersion1, progressSchema } from './progress';

/** Raised when an older version could not read what is written. A migration reads every older one. */
export const CHECKPOINT_VERSION = 2;

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

/** Inclusive. */
const seqRange = z.tuple([z.number().int(), z.number().int()]);

export const rawFileSchema = fileSchema.extend({
  kind: z.enum(['tail', 'segment', 'hour', 'day']),
  seqs: z.record(z.string(), seqRange),
  writtenUs: us,
});

const metricsFileSchema = fileSchema.extend({ hour: count });

/** The files of dates that do not change any more, apart from the checkpoint: it is written every few seconds. */
const archiveSchema = z.object({ raw: z.array(rawFileSchema), metrics: z.array(metricsFileSchema) });

export interface Archive {
  raw: readonly RawFile[];
  metrics: readonly MetricsFile[];
}

/** An archive as it stands beside the checkpoint. */
export interface WrittenArchive extends Archive {
  name: string;
}

/** What all versions have. */
const commonSchema = z.object({
  /** Raised by every commit. */
  serial: count,
  partition: count,
  dirty: z.array(z.object({ fromUs: us, toUs: us })).default([]),
  raw: z.array(rawFileSchema),
  metrics: z.array(metricsFileSchema),
  /** Name of the file beside the checkpoint that lists further live files; null = there are none. */
  archive: z.string().nullable(),
});

const bodySchema = commonSchema.extend({
  /** Of the owner that wrote it. */
  epoch: count,
  progress: progressSchema.nullable(),
});

/**
 * Version 1 had no epochs, and named the rows above `lastSeq` that stand in the lake all the same (`held`). Now `lastSeq` is
 * the highest that stands there, and what is at or below it is looked up.
 */
const firstSchema = commonSchema
  .extend({ progress: progressOfVersion1.nullable(), held: z.record(z.string(), z.array(seqRange)) })
  .transform(({ held, progress, ...body }): Checkpoint => {
    if (progress === null) return { ...body, progress, epoch: 0 };
    const lastSeq = { ...progress.lastSeq };
    for (const [probe, ranges] of Object.entries(held)) {
      for (const [, to] of ranges) lastSeq[probe] = Math.max(lastSeq[probe] ?? 0, to);
    }
    return { ...body, progress: { ...progress, lastSeq }, epoch: 0 };
  });

/** What is durable of one partition: where its stream stands and which files hold its rows. */
export interface Checkpoint {
  serial: number;
  partition: number;
  /** Number of the epoch in which it was written. */
  epoch: number;
  progress: Progress | null;
  /** Half-open ranges whose windows were lost and are not written again yet, µs. */
  dirty: readonly { fromUs: number; toUs: number }[];
  raw: readonly RawFile[];
  metrics: readonly MetricsFile[];
  archive: string | null;
}

export type CheckpointReading =
  | { kind: 'read'; checkpoint: Checkpoint }
  | { kind: 'too_new'; version: number }
  | { kind: 'broken'; reason: string };

const envelopeSchema = z.object({ version: z.number().int(), checksum: z.string(), body: z.unknown() });

export function encodeCheckpoint(checkpoint: Checkpoint): string {
  return seal(checkpoint);
}

export function decodeCheckpoint(text: string): CheckpointReading {
  const opened = unseal(text);
  if (opened.kind !== 'read') return opened;
  const body = (opened.version < 2 ? firstSchema : bodySchema).safeParse(opened.body);
  if (!body.success)
    return { kind: 'broken', reason: `${body.error.issues[0]?.path.join('.')} is not valid` };
  return { kind: 'read', checkpoint: body.data };
}

export function encodeArchive(archive: Archive): string {
  return seal(archive);
}

/** Null when it cannot be read. All versions have the same. */
export function decodeArchive(text: string): Archive | null {
  const opened = unseal(text);
  const body = opened.kind === 'read' ? archiveSchema.safeParse(opened.body) : null;
  return body?.success ? body.data : null;
}

function seal(content: unknown): string {
  const body = JSON.stringify(content);
  return `{"version":${CHECKPOINT_VERSION},"checksum":"${checksumOf(body)}","body":${body}}\n`;
}

function unseal(
  text: string,
): { kind: 'read'; version: number; body: unknown } | Exclude<CheckpointReading, { kind: 'read' }> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { kind: 'broken', reason: 'it is cut off or not JSON' };
  }
  const envelope = envelopeSchema.safeParse(parsed);
  if (!envelope.success) return { kind: 'broken', reason: 'it has no version or checksum' };
  const { version, checksum, body } = envelope.data;
  if (version > CHECKPOINT_VERSION) return { kind: 'too_new', version };
  if (checksumOf(JSON.stringify(body)) !== checksum) {
    return { kind: 'broken', reason: 'its checksum does not match' };
  }
  return { kind: 'read', version, body };
}
