import { commit } from './commit';
import { createDuckDatabase } from './duck-database';
import type { LakeWriter, Progress } from './lake';
import { type LakeState, mustBeOpen } from './lake-state';
import { MemoryTails } from './memory-tails';
import { upsertWindows } from './metrics-upsert';
import { flushRaw } from './raw-flush';
import { readRaw } from './read-raw';
import { recover } from './recover';

/** The writing side over the shared state; see `LakeWriter` for the order that its caller keeps. */
export function createLakeWriter<Snapshot>(
  state: LakeState,
  options: { memoryLimitMb?: number; threads?: number },
): LakeWriter<Snapshot> {
  return {
    async open() {
      await state.disk.makeFolders();
      const database = await createDuckDatabase({
        ...options,
        temporaryDirectory: state.disk.absolute(`checkpoints/tmp/${state.disk.spill}`),
      });
      try {
        const connection = await database.connect();
        const notices = await recover(state, connection);
        const tails = await MemoryTails.create(await database.connect());
        state.open = { database, tails, connection };
        // What was stored is what a caller of this type stored: the aggregator checks its own version.
        return { progress: state.progress as Progress<Snapshot> | null, notices };
      } catch (error) {
        database.close();
        throw error;
      }
    },
    append(events) {
      mustBeOpen(state).tails.append(events);
    },
    async flushRaw() {
      const startedMs = state.clock.monotonicMs();
      await flushRaw(state);
      state.lastFlush = { atUs: state.clock.nowUs(), durationMs: state.clock.monotonicMs() - startedMs };
    },
    upsertWindows: (rows) => upsertWindows(state, rows),
    commit: (progress) => commit(state, progress),
    async maintain() {},
    readRaw: (ranges) => readRaw(state, ranges),
    async close() {
      const open = state.open;
      state.open = null;
      open?.connection.closeSync();
      open?.database.close();
    },
  };
}
