import type { DuckDBConnection } from '@duckdb/node-api';
import { AppError } from '../../shared/contract/app-error';
import type { Clock } from '../platform/clock';
import type { Logger } from '../platform/logger';
import type { WrittenArchive } from './checkpoint';
import type { DuckDatabase } from './duck-database';
import { FileTable } from './file-table';
import { Gate } from './gate';
import type { HeldRanges, Progress } from './lake';
import type { LakeDisk } from './lake-disk';
import type { MetricsFile, RawFile } from './lake-file';
import type { MemoryTails } from './memory-tails';
import type { MergeIntent } from './merge-intent';

/** What exists only between `open` and `close`. */
export interface OpenLake {
  readonly database: DuckDatabase;
  readonly tails: MemoryTails;
  /** For the writer's own statements, one at a time. */
  readonly connection: DuckDBConnection;
}

/** What the parts of one partition's lake share. */
export interface LakeState {
  readonly directory: string;
  readonly disk: LakeDisk;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Rows after which a raw tail is sealed. */
  readonly sealRows: number;
  readonly gate: Gate;
  readonly raw: FileTable<RawFile>;
  readonly metrics: FileTable<MetricsFile>;
  /** Metrics files that were replaced since the last commit, and where the version that it knows is kept. */
  readonly undo: Map<string, string>;
  /** Inputs of finished merges that stand empty in the folders for readers that listed them, and since when (ms, monotonic). */
  readonly emptied: Map<string, number>;
  /** A merge whose intent is durable and that is not finished. */
  unfinished: MergeIntent | null;
  /** Whether files changed since the last commit of the caller. */
  uncommitted: boolean;
  /** `seq` ranges above `progress.lastSeq` that stand in the lake already, after a rebuilt checkpoint. */
  held: HeldRanges;
  /** Ranges (half-open, µs) whose windows were lost; the caller's first commit says that it wrote them again. */
  dirty: readonly { fromUs: number; toUs: number }[];
  foreignFiles: number;
  /** Last instant (µs) of the newest window in a file. */
  newestWindowUs: number;
  /** Whether the filesystem refused a second name for a file. */
  linksRefused: boolean;
  /** Of the last durable checkpoint. */
  archive: WrittenArchive | null;
  /** Archives that the last two checkpoints name. */
  archivesInUse: string[];
  /** Of the last durable checkpoint. */
  serial: number;
  progress: Progress | null;
  lastFlush: { atUs: number; durationMs: number } | null;
  open: OpenLake | null;
}

export function createLakeState(
  parts: Pick<LakeState, 'directory' | 'disk' | 'clock' | 'logger' | 'sealRows'>,
): LakeState {
  return {
    ...parts,
    gate: new Gate(),
    raw: new FileTable(),
    metrics: new FileTable(),
    undo: new Map(),
    emptied: new Map(),
    unfinished: null,
    uncommitted: false,
    held: {},
    dirty: [],
    foreignFiles: 0,
    newestWindowUs: 0,
    linksRefused: false,
    archive: null,
    archivesInUse: [],
    serial: 0,
    progress: null,
    lastFlush: null,
    open: null,
  };
}

export function mustBeOpen(state: LakeState): OpenLake {
  if (state.open === null) {
    throw new AppError('unavailable', 'The lake is not open.', { domain: 'internal', retry: 'backoff' });
  }
  return state.open;
}
