import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../shared/contract/app-error';
import type { Clock } from '../platform/clock';
import type { Logger } from '../platform/logger';
import type { Random } from '../platform/random';
import { createDiskStep, type Failpoint } from './disk-step';
import { createDuckDatabase, type DuckDatabase } from './duck-database';
import type { EpochOwner } from './epoch';
import type { LakeNotice } from './lake';
import { describeLake, type LakeDescription, readDescription, refuseNewer } from './lake-description';
import { ProcessFolder } from './process-folder';
import { REPARTITION_INTENT } from './repartition/repartition-intent';
import { settleRepartition } from './repartition/settle-repartition';
import { scanForeign, TABLES } from './scan-folders';

export interface SharedLakeOptions {
  directory: string;
  /** Partitions of a lake that is made. */
  partitions: () => number;
  clock: Clock;
  random: Random;
  logger: Logger;
  /** For people who look into the lake's folders. */
  owner?: { host: string; pid: number };
  memoryLimitMb?: number;
  threads?: number;
  failpoint: Failpoint;
}

/** What the partitions of one process share: the folder, one database, and whose turn it is to merge. */
export interface SharedLake {
  readonly directory: string;
  readonly partitions: number;
  readonly folder: ProcessFolder;
  /** Files that are not ours at the last look. */
  foreignFiles: number;
  /** Idempotent; what is missing is made again. The notices come with the first call after `close`. */
  open(): Promise<LakeDescription & { notices: LakeNotice[] }>;
  /** Who is written into epoch directories. */
  owner(): EpochOwner;
  /**
   * To be asked after a takeover: whether the lake still is what `open` found.
   * @throws AppError `unavailable` when its number of partitions is being changed, or was
   */
  confirm(): Promise<void>;
  /** @throws AppError `unavailable` when the lake is closed */
  database(): DuckDatabase;
  isOpen(): boolean;
  /** A number for the name of a table: partitions share one database. */
  nextTable(): number;
  /** Takes the turn to merge, of which there is one: merges share processor and memory with flushes. Null = it is taken. */
  takeMergeTurn(): (() => void) | null;
  close(): Promise<void>;
}

export function createSharedLake(options: SharedLakeOptions): SharedLake {
  const { directory, random } = options;
  const step = createDiskStep(directory, options.failpoint);
  const folder = new ProcessFolder(directory, random, step);
  let description: LakeDescription | null = null;
  let database: DuckDatabase | null = null;
  let opening: Promise<LakeDescription & { notices: LakeNotice[] }> | null = null;
  let tables = 0;
  let isMerging = false;

  const openOnce = async (): Promise<LakeDescription & { notices: LakeNotice[] }> => {
    await refuseNewer(directory);
    for (const table of [...TABLES, 'checkpoints']) {
      await step('mkdir', table, () => mkdir(join(directory, table), { recursive: true }));
    }
    await folder.open();
    const settled = await settleRepartition({ ...options, owner: shared.owner });
    if (settled !== null) options.logger.info(settled, 'a change of the number of partitions was finished');
    description = await describeLake(directory, options.partitions(), { random, step, folder });
    if (database !== null) return { ...description, notices: [] };
    const notices = await lookForForeign();
    database = await createDuckDatabase({
      ...options,
      temporaryDirectory: join(directory, folder.spill),
    });
    return { ...description, notices };
  };

  const lookForForeign = async (): Promise<LakeNotice[]> => {
    let count = 0;
    for (const table of TABLES) count += (await scanForeign(directory, table)).length;
    shared.foreignFiles = count;
    if (count === 0) return [];
    const message = `${count} files in ${directory} are not UpTimer's. They are not read; they can be moved to legacy/.`;
    return [{ code: 'foreign_files', message }];
  };

  const shared: SharedLake = {
    directory,
    get partitions() {
      return description?.partitions ?? options.partitions();
    },
    folder,
    foreignFiles: 0,
    open() {
      opening ??= openOnce().finally(() => {
        opening = null;
      });
      return opening;
    },
    owner: () => ({
      host: options.owner?.host ?? '',
      pid: options.owner?.pid ?? 0,
      since: new Date(options.clock.nowUs() / 1000).toISOString(),
      instance: folder.name,
    }),
    async confirm() {
      const now = (await isThere(join(directory, REPARTITION_INTENT)))
        ? null
        : await readDescription(directory);
      // One that was taken away is made again by the next start.
      if (now?.partitions === description?.partitions) return;
      throw new AppError(
        'unavailable',
        `The number of partitions of the lake in ${directory} is being changed: it is opened again in a moment.`,
        { domain: 'external', retry: 'backoff' },
      );
    },
    database() {
      if (database === null) throw closedLake();
      return database;
    },
    isOpen: () => database !== null,
    nextTable() {
      tables += 1;
      return tables;
    },
    takeMergeTurn() {
      if (isMerging) return null;
      isMerging = true;
      let isOurs = true;
      return () => {
        if (isOurs) isMerging = false;
        isOurs = false;
      };
    },
    async close() {
      await opening?.catch(() => undefined);
      database?.close();
      database = null;
      await folder.close();
    },
  };
  return shared;
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

export function closedLake(): AppError {
  return new AppError('unavailable', 'The lake is closed.', { domain: 'internal', retry: 'backoff' });
}
