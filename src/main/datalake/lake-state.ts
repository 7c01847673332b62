import type { DuckDBConnection } from '@duckdb/node-api';
import { AppError } from '../../shared/contract/app-error';
import type { Clock } from '../platform/clock';
import type { Logger } from '../platform/logger';
import type { DuckDatabase } from './duck-database';
import { FileTable } from './file-table';
import { Gate } from './gate';
import type { Progress } from './lake';
import type { LakeDisk } from './lake-disk';
import type { MetricsFile, RawFile } from './lake-file';
import type { MemoryTails } from './memory-tails';

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
  readonly gate: Gate;
  readonly raw: FileTable<RawFile>;
  readonly metrics: FileTable<MetricsFile>;
  /** Metrics files that were replaced since the last commit, and where the version that it knows is kept. */
  readonly undo: Map<string, string>;
  /** Of the last durable checkpoint. */
  serial: number;
  progress: Progress | null;
  lastFlush: { atUs: number; durationMs: number } | null;
  open: OpenLake | null;
}

export function createLakeState(
  parts: Pick<LakeState, 'directory' | 'disk' | 'clock' | 'logger'>,
): LakeState {
  return {
    ...parts,
    gate: new Gate(),
    raw: new FileTable(),
    metrics: new FileTable(),
    undo: new Map(),
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
