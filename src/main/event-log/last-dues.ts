import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { ProbeEvent } from '../../shared/domain/probe-event';
import { writeFileAtomic } from '../platform/atomic-file';
import type { Logger } from '../platform/logger';
import type { EventLog } from './event-log';

const VERSION = 1;
const EVERY_MS = 1_000;
const READ_EVENTS = 8_192;

const noteSchema = z.object({
  version: z.literal(VERSION),
  probeId: z.string(),
  /** Everything up to this number is in it. */
  seq: z.number().int(),
  /** The last due instant by target, µs. */
  dues: z.record(z.string(), z.number().int()),
});

/**
 * Up to where each target's due instants are accounted for, noted beside the log every second. While a topic lies between log
 * and lake, the lake does not know yet what was shipped last, and a start that asked only the lake would claim it was missed.
 */
export interface LastDues {
  /** Reads what an earlier run noted, and from the log what came after. The log must run. */
  open(): Promise<void>;
  /** Begins to note. */
  start(): void;
  /** Notes a last time. Idempotent. */
  stop(): Promise<void>;
  /** Takes acknowledged events of the own log in, in order. */
  saw(events: readonly ProbeEvent[]): void;
  /** Events up to this number need not be kept for it. */
  readonly notedSeq: number;
  list(): { targetId: string; timestampUs: number }[];
}

export function createLastDues(options: {
  path: string;
  log: EventLog;
  logger: Logger;
  /** Whether a topic lies between log and lake now; left out: always. Otherwise nothing is noted before the stop. */
  isNeeded?: () => boolean;
}): LastDues {
  const { path, log, logger } = options;
  const dues = new Map<string, number>();
  let seenSeq = 0;
  let notedSeq = 0;
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();

  const saw = (events: readonly ProbeEvent[]): void => {
    for (const event of events) {
      if (event.seq > seenSeq) seenSeq = event.seq;
      if (!event.is_final_attempt) continue;
      const last = event.missed_until ?? event.timestamp;
      if (last > (dues.get(event.target_id) ?? 0)) dues.set(event.target_id, last);
    }
  };

  const read = async (): Promise<void> => {
    const text = await readFile(path, 'utf8').catch(() => null);
    if (text === null) return;
    try {
      const note = noteSchema.parse(JSON.parse(text));
      // Another log's numbers say nothing of this one's.
      if (note.probeId !== log.probeId) return;
      for (const [target, due] of Object.entries(note.dues)) dues.set(target, due);
      seenSeq = note.seq;
      notedSeq = note.seq;
    } catch (error) {
      logger.warn(
        { err: error, path },
        'the note of the last due instants cannot be read; the lake tells instead',
      );
    }
  };

  const write = (): Promise<void> => {
    writing = writing.then(async () => {
      if (seenSeq === notedSeq) return;
      const seq = seenSeq;
      const note = { version: VERSION, probeId: log.probeId, seq, dues: Object.fromEntries(dues) };
      try {
        await writeFileAtomic(path, JSON.stringify(note));
        notedSeq = seq;
      } catch (error) {
        logger.warn(
          { err: error, path },
          'the last due instants could not be noted; the log keeps its events for that long',
        );
      }
    });
    return writing;
  };

  return {
    async open() {
      dues.clear();
      seenSeq = 0;
      notedSeq = 0;
      await read();
      const start = await log.startOffset(0);
      for (
        let from = start > BigInt(seenSeq) ? start : BigInt(seenSeq + 1);
        from < (await log.endOffset(0));
      ) {
        const batch = await log.read(0, from, { maxEvents: READ_EVENTS, waitMs: 0 });
        saw(batch.events);
        from = batch.nextOffset;
        if (batch.atEnd) break;
      }
    },
    start() {
      timer ??= setInterval(() => {
        if (options.isNeeded?.() ?? true) void write();
      }, EVERY_MS);
    },
    async stop() {
      if (timer !== null) clearInterval(timer);
      timer = null;
      await write();
    },
    saw,
    get notedSeq() {
      return notedSeq;
    },
    list: () => [...dues].map(([targetId, timestampUs]) => ({ targetId, timestampUs })),
  };
}
