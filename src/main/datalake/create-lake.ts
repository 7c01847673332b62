import { AppError } from '../../shared/contract/app-error';
import type { Clock } from '../platform/clock';
import type { Logger } from '../platform/logger';
import { processExists } from '../platform/process-exists';
import type { Random } from '../platform/random';
import type { Failpoint } from './disk-step';
import { createForeignFiles } from './foreign-files';
import type { Lake } from './lake';
import { LakeDisk } from './lake-disk';
import { createLakeState } from './lake-state';
import { addStats, statsOf } from './lake-stats';
import { usersOf } from './lake-users';
import { createLakeWriter, type ResettableWriter } from './lake-writer';
import { PeerPartition } from './peer-partition';
import { createSharedLake } from './shared-lake';
import { TAIL_ROWS } from './tail-policy';
import { createViews, type SeenPartition } from './views';

export interface LakeOptions {
  /** The lake folder (`datalake`); created when it is missing. */
  directory: string;
  /** Of a lake that is made now, asked when it is; one that is there keeps its own. Default 1. */
  partitions?: number | (() => number);
  clock: Clock;
  random: Random;
  logger: Logger;
  /** For people who look into the lake's folders: whose partition it is. */
  owner?: { host: string; pid: number };
  /** DuckDB's own memory, for all partitions; what does not fit goes to `checkpoints/tmp`. Default 192. */
  memoryLimitMb?: number;
  /** DuckDB's threads; default 1. */
  threads?: number;
  /** Rows after which a raw tail is sealed, for tests that want many files. Default 100,000. */
  sealRows?: number;
  /** For tests: called before every step that changes the disk. */
  failpoint?: Failpoint;
}

/** How often the folders are looked through for what others put or wrote there, ms. */
const LOOK_EVERY_MS = 30_000;
/** How often a partition is taken that another process takes away while it is emptied. */
const RESET_ATTEMPTS = 5;

interface Partition<Snapshot> extends SeenPartition {
  writer: ResettableWriter<Snapshot>;
}

/** A lake of any number of partitions, on a folder that other processes may share. Nothing is opened before `open`. */
export function createLake<Snapshot = unknown>(options: LakeOptions): Lake<Snapshot> {
  const { directory, clock, logger, random } = options;
  const failpoint = options.failpoint ?? (() => undefined);
  const shared = createSharedLake({ ...options, partitions: askable(options.partitions ?? 1), failpoint });
  const foreign = createForeignFiles(shared);
  const made = new Map<number, Partition<Snapshot>>();
  let lookedMs = clock.monotonicMs();

  const make = (number: number): Partition<Snapshot> => {
    const disk = new LakeDisk(directory, number, random, failpoint);
    const sealRows = options.sealRows ?? TAIL_ROWS;
    const state = createLakeState({ directory, shared, disk, clock, logger, sealRows });
    const writer = createLakeWriter<Snapshot>(state, { owner: shared.owner, onMaintain: lookAround });
    return { state, writer, peer: new PeerPartition(directory, number, shared.folder) };
  };

  const partitionAt = (number: number): Partition<Snapshot> => {
    const known = made.get(number) ?? make(number);
    made.set(number, known);
    return known;
  };

  const all = (): Partition<Snapshot>[] =>
    Array.from({ length: shared.partitions }, (_, number) => partitionAt(number));

  /** Somebody may put a file into the folders at any time, and other processes write their partitions. */
  const lookAround = async (): Promise<void> => {
    if (clock.monotonicMs() - lookedMs < LOOK_EVERY_MS) return;
    lookedMs = clock.monotonicMs();
    await foreign.look();
    await lookAtPeers();
  };

  const lookAtPeers = async (): Promise<void> => {
    for (const { peer, state } of all()) if (state.open === null) await peer.look();
  };

  return {
    async open() {
      const opened = await shared.open();
      await lookAtPeers();
      return opened;
    },
    async close() {
      for (const { peer, writer } of made.values()) {
        await writer.close();
        peer.drop();
      }
      await shared.close();
    },
    get partitions() {
      return shared.partitions;
    },
    partition(number) {
      const isKnown = Number.isInteger(number) && number >= 0 && number < shared.partitions;
      if (!isKnown)
        throw new AppError('not_found', `The lake has no partition ${number}.`, { domain: 'internal' });
      return partitionAt(number).writer;
    },
    foreign,
    async users() {
      const { host, pid } = shared.owner();
      const others = await usersOf(directory, shared.partitions, shared.folder);
      return others.filter((user) => user.host !== host || (user.pid !== pid && processExists(user.pid)));
    },
    views: createViews(shared, all),
    stats: () => {
      const seen = all().map(({ peer, state }) => (state.open === null ? peer.stats : statsOf(state)));
      return addStats(seen.filter((stats) => stats !== null));
    },
    async reset() {
      await shared.open();
      for (const { state, writer } of all()) await resetPartition(writer, state.open !== null);
    },
  };
}

function askable(value: number | (() => number)): () => number {
  return typeof value === 'number' ? () => value : value;
}

/** Others on the same lake take partitions over as they come free: one that was taken away meanwhile is taken again. */
async function resetPartition(
  writer: Pick<ResettableWriter<unknown>, 'close' | 'reset'>,
  wasOpen: boolean,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await writer.reset();
    } catch (error) {
      const isFenced = error instanceof AppError && error.code === 'fenced';
      if (!isFenced || attempt === RESET_ATTEMPTS) throw error;
    } finally {
      if (!wasOpen) await writer.close();
    }
  }
}
