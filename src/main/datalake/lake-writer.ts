import { AppError } from '../../shared/contract/app-error';
import type { CheckpointReading } from './checkpoint';
import { commit } from './commit';
import type { EpochOwner } from './epoch';
import { findEvents } from './find-events';
import type { LakeNotice, LakeOpening, LakeWriter } from './lake';
import { partitionText } from './lake-file';
import { type LakeState, mustBeOpen } from './lake-state';
import { statsOf } from './lake-stats';
import { MemoryTails } from './memory-tails';
import { createMerger } from './merger';
import { upsertWindows } from './metrics-upsert';
import { flushRaw } from './raw-flush';
import { readRaw } from './read-raw';
import { readCheckpoint, recover } from './recover';
import { prepareReset, resetLake } from './reset';

/** How long a start waits for views of the partition as it was before it was closed. */
const VIEW_PATIENCE_MS = 2_000;

export interface LakeWriterOptions {
  /** Who is written into the epoch directory. */
  owner: () => EpochOwner;
  /** Called with every step of maintenance. */
  onMaintain: () => Promise<void>;
}

/** A partition that can be emptied, whether it is open or not; afterwards it is, or closed when that failed on the way. */
export type ResettableWriter<Snapshot> = LakeWriter<Snapshot> & { reset(): Promise<void> };

/** The writing side of one partition over its state; see `LakeWriter` for the order that its caller keeps. */
export function createLakeWriter<Snapshot>(
  state: LakeState,
  options: LakeWriterOptions,
): ResettableWriter<Snapshot> {
  const { disk, gate, shared } = state;
  const merger = createMerger(state);
  const name = partitionText(disk.partition);

  const close = async (): Promise<void> => {
    const { open } = state;
    if (open === null) return;
    await merger.stop();
    state.open = null;
    open.connection.closeSync();
    open.tails.close();
    state.quarantine.clear();
  };

  /**
   * Takes the partition over and hands what its checkpoint says to `begin`; nobody sees it before that is done.
   * @throws AppError `conflict` when views of the partition as it was before are held too long
   */
  const take = async <T>(
    begin: (reading: CheckpointReading | null) => Promise<T>,
  ): Promise<{ begun: T; notices: readonly LakeNotice[] }> => {
    await close();
    const { notices, partitions } = await shared.open();
    if (disk.partition >= partitions) throw noSuchPartition(state, partitions);
    const taken: { begun: T; notices: readonly LakeNotice[] }[] = [];
    await gate.exclusive(VIEW_PATIENCE_MS, async () => {
      const before = await readCheckpoint(state);
      await disk.takeOver(before?.kind === 'read' ? before.checkpoint.epoch : 0, options.owner());
      await shared.confirm();
      const database = shared.database();
      const newTable = (): string => `raw_tail_${name}_${shared.nextTable()}`;
      const tails = await MemoryTails.create(await database.connect(), await database.connect(), newTable);
      state.open = { tails, connection: await database.connect() };
      try {
        // The partition is ours, so nobody changes what it says while it is read.
        taken.push({ begun: await begin(await readCheckpoint(state)), notices });
      } catch (error) {
        await close();
        throw error;
      }
    });
    const [done] = taken;
    if (done === undefined) throw stillRead();
    return done;
  };

  return {
    partition: disk.partition,
    async open() {
      const { begun, notices } = await take((reading) => recover(state, reading));
      // What the checkpoint holds is what a caller of this type stored; the aggregator checks its own version.
      return { ...begun, notices: [...notices, ...begun.notices] } as LakeOpening<Snapshot>;
    },
    append(events) {
      mustBeOpen(state).tails.append(events);
    },
    quarantine(records) {
      mustBeOpen(state);
      state.quarantine.add(records);
    },
    async flushRaw() {
      const startedMs = state.clock.monotonicMs();
      try {
        await flushRaw(state);
      } finally {
        if (shared.isOpen()) await shared.database().trim();
      }
      state.lastFlush = { atUs: state.clock.nowUs(), durationMs: state.clock.monotonicMs() - startedMs };
    },
    upsertWindows: (rows) => upsertWindows(state, rows),
    commit(progress) {
      state.dirty = [];
      return commit(state, progress);
    },
    async maintain(nowUs) {
      await options.onMaintain();
      await merger.step(nowUs);
    },
    readRaw: (ranges) => readRaw(state, ranges),
    find: (identities) => findEvents(state, identities),
    stats: () => statsOf(state),
    async reset() {
      if (state.open === null) await take((reading) => prepareReset(state, reading));
      await merger.stop();
      let isDone = false;
      try {
        isDone = await resetLake(state);
      } catch (error) {
        // What is in memory says nothing any more: whoever goes on opens it again and finds what stands on the disk.
        await close();
        throw error;
      }
      if (!isDone) throw stillRead();
    },
    close,
  };
}

function stillRead(): AppError {
  return new AppError(
    'conflict',
    'The lake is still being read, by an export perhaps. Cancel it and try again.',
    { retry: 'backoff' },
  );
}

function noSuchPartition(state: LakeState, partitions: number): AppError {
  return new AppError(
    'not_found',
    `The lake in ${state.directory} has ${partitions} partitions, and none with the number ${state.disk.partition}.`,
  );
}
