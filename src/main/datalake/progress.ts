import { z } from 'zod';
import { QUARANTINE_REASONS } from '../../shared/contract/kafka';

const offset = z.string().regex(/^\d+$/);
const instantUs = z.number().int();
const count = z.number().int().nonnegative();
const seq = z.number().int();

/**
 * What the stream job knows of its partition. The lake keeps it in its checkpoint together with the list of live files, so
 * that both are durable in one rename.
 */
export const progressSchema = z.object({
  /**
   * Where reading goes on, by log: `embedded:<probe id>`, or `kafka:<cluster id>:<topic>`. `nextOffset` is decimal text, since
   * JSON has no bigint; `lastRecord` is the record just before it, by which another log behind the same name is found out.
   */
  places: z.record(
    z.string(),
    z.object({ nextOffset: offset, lastRecord: z.object({ probe_id: z.string(), seq }).nullable() }),
  ),
  /** Highest `seq` in the lake by prober. Lower ones may be missing: a prober's numbers are spread over partitions. */
  lastSeq: z.record(z.string(), seq),
  /** The windowing's own state, which checks its version itself. */
  aggregator: z.unknown(),
  /** Records set aside so far by reason, and where the last of each stood (`partition` and `offset` of the log). */
  quarantined: z.partialRecord(
    z.enum(QUARANTINE_REASONS),
    z.object({ count, partition: count, offset, atUs: instantUs }),
  ),
  /** Ranges of the log (`toOffset` exclusive) that it had given up before they were read, newest last. */
  lost: z.array(z.object({ fromOffset: offset, toOffset: offset, count, atUs: instantUs })),
});

type StoredProgress = z.infer<typeof progressSchema>;

export interface Progress<Snapshot = unknown> extends Omit<StoredProgress, 'aggregator'> {
  aggregator: Snapshot;
}

/** In a checkpoint of version 1, which knew one log: how far it was read, `lastSeq` tells as well. */
const firstSchema = z.object({ lastSeq: z.record(z.string(), seq), aggregator: z.unknown() });

/** Version 1 knew no records set aside. */
export const progressOfVersion1 = firstSchema.transform(
  (first): Progress => ({ ...first, places: {}, quarantined: {}, lost: [] }),
);
