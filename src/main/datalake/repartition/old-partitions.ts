import type { DuckDBConnection } from '@duckdb/node-api';
import type { Clock } from '../../platform/clock';
import type { Logger } from '../../platform/logger';
import type { Random } from '../../platform/random';
import type { Failpoint } from '../disk-step';
import type { LakeWriter, Progress } from '../lake';
import { LakeDisk } from '../lake-disk';
import { overlaps } from '../lake-file';
import { createLakeState, type LakeState } from '../lake-state';
import { createLakeWriter } from '../lake-writer';
import { rawSchema } from '../raw-schema';
import { selectRawFiles } from '../read-parquet';
import type { SharedLake } from '../shared-lake';
import { instant } from '../sql-text';
import { TAIL_ROWS } from '../tail-policy';

/** A partition that was taken over and brought to one committed state. */
export interface OldPartition<Snapshot> {
  state: LakeState;
  writer: LakeWriter<Snapshot>;
  progress: Progress<Snapshot> | null;
  /** Ranges whose windows were lost and are not written again yet. */
  dirty: readonly { fromUs: number; toUs: number }[];
}

/** A series and the part of a range that its rows speak of, µs, both ends inclusive. */
export interface SeriesSince {
  target_id: string;
  probe_id: string;
  fromUs: number;
  lastUs: number;
}

/** Takes all partitions over, finishes or undoes what was broken off in them, and leaves them open. */
export async function openOldPartitions<Snapshot>(
  shared: SharedLake,
  parts: { clock: Clock; random: Random; logger: Logger; failpoint: Failpoint },
): Promise<OldPartition<Snapshot>[]> {
  const { directory } = shared;
  const { clock, logger } = parts;
  const opened: OldPartition<Snapshot>[] = [];
  try {
    for (let number = 0; number < shared.partitions; number += 1) {
      const disk = new LakeDisk(directory, number, parts.random, parts.failpoint);
      const state = createLakeState({ directory, shared, disk, clock, logger, sealRows: TAIL_ROWS });
      const writer = createLakeWriter<Snapshot>(state, {
        owner: shared.owner,
        onMaintain: () => Promise.resolve(),
      });
      const { progress, dirty } = await writer.open();
      opened.push({ state, writer, progress, dirty });
    }
  } catch (error) {
    for (const { writer } of opened) await writer.close();
    throw error;
  }
  return opened;
}

/** The series with raw rows of which any instant lies at or after `fromUs`. */
export async function seriesSince(
  connection: DuckDBConnection,
  state: LakeState,
  fromUs: number,
): Promise<SeriesSince[]> {
  const range = { fromUs, toUs: Number.MAX_SAFE_INTEGER };
  const files = state.raw.all.filter((file) => overlaps(file, range));
  if (files.length === 0) return [];
  const rows = selectRawFiles(state.directory, rawSchema, files).join(' UNION ALL ');
  const found = await connection.runAndReadAll(`
    SELECT target_id, probe_id, epoch_us(min("timestamp"))::DOUBLE,
           epoch_us(max(coalesce(missed_until, "timestamp")))::DOUBLE
    FROM (${rows}) WHERE coalesce(missed_until, "timestamp") >= ${instant(fromUs)} GROUP BY 1, 2 ORDER BY 1, 2`);
  return found.getRowsJS().map(([target, probe, first, last]) => ({
    target_id: String(target),
    probe_id: String(probe),
    fromUs: Math.max(fromUs, Number(first)),
    lastUs: Number(last),
  }));
}
