import { partitionOf } from '../../shared/domain/partition';
import type { EventReader, Offset } from './event-log';

/**
 * A log of one partition read as one of several: each reads all of it and keeps what is its own, so that a lake of several
 * partitions can be fed by the embedded log too.
 */
export function createPartitionedReader(whole: EventReader, partitions: () => number): EventReader {
  const committed = new Map<number, Offset>();
  const all = (): number[] => Array.from({ length: partitions() }, (_, partition) => partition);
  return {
    get source() {
      return whole.source;
    },
    get partitions() {
      return all();
    },
    resume: (_partition, place, lastSeq) => whole.resume(0, place, lastSeq),
    async read(partition, from, limits) {
      const batch = await whole.read(0, from, limits);
      if (partitions() === 1) return batch;
      const events = batch.events.filter((event) => partitionOf(event.target_id, partitions()) === partition);
      return { ...batch, events };
    },
    async commit(partition, nextOffset) {
      committed.set(partition, nextOffset);
      const offsets = all().map((one) => committed.get(one));
      let lowest: Offset | null = null;
      for (const offset of offsets) {
        // One that has told nothing yet still needs everything.
        if (offset === undefined) return;
        if (lowest === null || offset < lowest) lowest = offset;
      }
      if (lowest !== null) await whole.commit(0, lowest);
    },
  };
}
