import { AppError } from '../../shared/contract/app-error';
import { commit } from './commit';
import { createDuckDatabase } from './duck-database';
import { createForeignFiles } from './foreign-files';
import type { LakeOpening, LakeWriter } from './lake';
import { type LakeState, mustBeOpen } from './lake-state';
import { MemoryTails } from './memory-tails';
import { createMerger } from './merger';
import { upsertWindows } from './metrics-upsert';
import { flushRaw } from './raw-flush';
import { readRaw } from './read-raw';
import { readCheckpoint, recover } from './recover';
import { resetLake } from './reset';

/** How long a start waits for views of the lake as it was before it was closed. */
const VIEW_PATIENCE_MS = 2_000;

export interface LakeWriterOptions {
  memoryLimitMb?: number;
  threads?: number;
}

/** How often the folders are looked through for files that are not ours, ms. */
const FOREIGN_EVERY_MS = 30_000;

/** The writing side over the shared state; see `LakeWriter` for the order that its caller keeps. */
export function createLakeWriter<Snapshot>(
  state: LakeState,
  options: LakeWriterOptions,
): LakeWriter<Snapshot> & { reset(): Promise<void> } {
  const merger = createMerger(state);
  const foreign = createForeignFiles(state);
  let lookedMs = state.clock.monotonicMs();

  /** Somebody may put a file into the folders at any time. */
  const lookForForeign = async (): Promise<void> => {
    if (state.clock.monotonicMs() - lookedMs < FOREIGN_EVERY_MS) return;
    lookedMs = state.clock.monotonicMs();
    await foreign.look();
  };

  const close = async (): Promise<void> => {
    const { open } = state;
    if (open === null) return;
    await merger.stop();
    state.open = null;
    open.connection.closeSync();
    open.database.close();
  };

  return {
    async open() {
      const reading = await readCheckpoint(state);
      await state.disk.makeFolders();
      await state.disk.clearSpill();
      const database = await createDuckDatabase({
        ...options,
        temporaryDirectory: state.disk.absolute(state.disk.spill),
      });
      let opening: LakeOpening | null = null;
      try {
        // Nobody sees the lake before it is whole.
        await state.gate.exclusive(VIEW_PATIENCE_MS, async () => {
          const tails = await MemoryTails.create(await database.connect(), await database.connect());
          state.open = { database, tails, connection: await database.connect() };
          opening = await recover(state, reading);
        });
      } catch (error) {
        state.open = null;
        database.close();
        throw error;
      }
      if (opening === null) {
        database.close();
        throw new AppError(
          'conflict',
          'The lake is still being read, by an export perhaps. Cancel it and try again.',
          {
            retry: 'backoff',
          },
        );
      }
      // What the checkpoint holds is what a caller of this type stored; the aggregator checks its own version.
      return opening as LakeOpening<Snapshot>;
    },
    append(events) {
      mustBeOpen(state).tails.append(events);
    },
    async flushRaw() {
      const startedMs = state.clock.monotonicMs();
      try {
        await flushRaw(state);
      } finally {
        await state.open?.database.trim();
      }
      state.lastFlush = { atUs: state.clock.nowUs(), durationMs: state.clock.monotonicMs() - startedMs };
    },
    upsertWindows: (rows) => upsertWindows(state, rows),
    commit(progress) {
      state.dirty = [];
      return commit(state, progress);
    },
    async maintain(nowUs) {
      await lookForForeign();
      await merger.step(nowUs);
    },
    readRaw: (ranges) => readRaw(state, ranges),
    async reset() {
      await merger.stop();
      await resetLake(state);
    },
    close,
  };
}
