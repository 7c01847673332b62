import type { LakeState } from './lake-state';
import type { LakeViews } from './lake-view';
import { metricsSchema } from './metrics-schema';
import { enterPartition, type PartitionView, union } from './partition-view';
import type { PeerPartition } from './peer-partition';
import { rawSchema } from './raw-schema';
import { closedLake, type SharedLake } from './shared-lake';

/** A partition as views see it: from memory while it is open here, and by its checkpoint otherwise. */
export interface SeenPartition {
  state: LakeState;
  peer: PeerPartition;
}

/** Consistent pictures of the lake for questions and exports. */
export function createViews(shared: SharedLake, partitions: () => readonly SeenPartition[]): LakeViews {
  return {
    async acquire() {
      let parts: PartitionView[] | null = null;
      while (parts === null) {
        if (!shared.isOpen()) throw closedLake();
        parts = await acquireAll(partitions());
      }
      const all = parts;
      return {
        raw: (range) => {
          const selects = all.flatMap((part) => part.raw(range));
          return union(rawSchema, selects);
        },
        windows: (range) => {
          const selects = all.flatMap((part) => part.windows(range));
          return union(metricsSchema, selects);
        },
        windowRows: all.reduce((sum, part) => sum + part.windowRows, 0),
        release() {
          for (const part of all) part.release();
        },
      };
    },
    connect: async () => shared.database().connect(),
    trim: async () => (shared.isOpen() ? shared.database().trim() : undefined),
  };
}

/** Null when a partition was closed meanwhile: then it has to be looked at otherwise. */
async function acquireAll(partitions: readonly SeenPartition[]): Promise<PartitionView[] | null> {
  const parts: PartitionView[] = [];
  const entered: { take: () => PartitionView | null; leave: () => void }[] = [];
  try {
    for (const { state, peer } of partitions) {
      if (state.open === null) parts.push(await peer.acquire());
      else {
        peer.drop();
        entered.push(await enterPartition(state));
      }
    }
    // In one synchronous step, so that all parts show the same instant.
    for (const { take } of entered.splice(0)) {
      const part = take();
      if (part !== null) parts.push(part);
    }
    if (parts.length === partitions.length) return parts;
  } catch (error) {
    for (const { leave } of entered) leave();
    for (const part of parts) part.release();
    throw error;
  }
  for (const part of parts) part.release();
  return null;
}
