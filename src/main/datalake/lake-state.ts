import type { DuckDBConnection } from '@duckdb/node-api';
import { AppError } from '../../shared/contract/app-error';
import type { Clock } from '../platform/clock';
import type { Logger } from '../platform/logger';
import type { WrittenArchive } from './checkpoint';
import { FileTable } from './file-table';
import { Gate } from './gate';
import type { Progress } from './lake';
import type { LakeDisk } from './lake-disk';
import type { MetricsFile, RawFile } from './lake-file';
import type { MemoryTails } from './memory-tails';
import type { MergeIntent } from './merge-intent';
import { Quarantine } from './quarantine';
import type { SharedLake } from './shared-lake';

/** What exists only between `open` and `close`. */
export interface OpenPartition {
  readonly tails: MemoryTails;
  /** For the writer's own statements, one at a time. */
  readonly connection: DuckDBConnection;
}

/** What the parts of one partition share. */
export interface LakeState {
  readonly directory: string;
  readonly shared: SharedLake;
  readonly disk: LakeDisk;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Rows after which a raw tail is sealed. */
  readonly sealRows: number;
  readonly gate: Gate;
  readonly raw: FileTable<RawFile>;
  readonly metrics: FileTable<MetricsFile>;
  /** Records set aside that no file holds yet. */
  readonly quarantine: Quarantine;
  /** Metrics files that were replaced since the last commit, and where the version that it knows is kept. */
  readonly undo: Map<string, string>;
  /** Inputs of finished merges that stand empty in the folders for readers that listed them, and since when (ms, monotonic). */
  readonly emptied: Map<string, number>;
  /** A merge whose intent is durable and that is not finished. */
  unfinished: MergeIntent | null;
  /** Whether files changed since the last commit of the caller. */
  uncommitted: boolean;
  /** Ranges (half-open, µs) whose windows were lost; the caller's first commit says that it wrote them again. */
  dirty: readonly { fromUs: number; toUs: number }[];
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
  open: OpenPartition | null;
}

export function createLakeState(
  parts: Pick<LakeState, 'directory' | 'shared' | 'disk' | 'clock' | 'logger' | 'sealRows'>,
): LakeState {
  return {
    ...parts,
    gate: new Gate(),
    raw: new FileTable(),
    metrics: new FileTable(),
    quarantine: new Quarantine(),
    undo: new Map(),
    emptied: new Map(),
    unfinished: null,
    uncommitted: false,
    dirty: [],
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

export function mustBeOpen(state: LakeState): OpenPartition {
  if (state.open === null) {
    throw new AppError('unavailable', 'The lake is not open.', { domain: 'internal', retry: 'backoff' });
  }
  return state.open;
}

/**
 * Forgets all but `serial`: what stands on the disk is what counts, and a lake that was open before may have been changed, or
 * taken away, since.
 */
export function forget(state: LakeState): void {
  state.raw.reset([]);
  state.metrics.reset([]);
  state.newestWindowUs = 0;
  state.undo.clear();
  state.unfinished = null;
  // Another process may have had the partition since: a name that was emptied here may be live again.
  state.emptied.clear();
  state.quarantine.clear();
  state.dirty = [];
  state.archive = null;
  state.archivesInUse = [];
  state.progress = null;
}

/** Highest `seq` by prober that stands in the partition. */
export function highestSeqs(state: LakeState): Record<string, number> {
  const highest = { ...state.progress?.lastSeq };
  for (const file of state.raw.all) {
    for (const [probe, [, to]] of Object.entries(file.seqs))
      highest[probe] = Math.max(highest[probe] ?? 0, to);
  }
  return highest;
}
