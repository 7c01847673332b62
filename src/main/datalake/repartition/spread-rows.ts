import type { DuckDBConnection } from '@duckdb/node-api';
import { partitionOf } from '../../../shared/domain/partition';
import type { LakeDisk } from '../lake-disk';
import { type MetricsFile, metricsPath, type RawFile, rawPath } from '../lake-file';
import { writeOrdered } from '../merge-write';
import { metricsSchema } from '../metrics-schema';
import { copyTo } from '../parquet-writer';
import { rawSchema } from '../raw-schema';
import { selectFiles, selectRawFiles } from '../read-parquet';
import { quote } from '../sql-text';

const IDS_AT_ONCE = 1000;
/** Which new partition a target belongs to. */
const PLACES = 'new_places';

/** A file of the new lake: durable under `name` in the epoch directory, and what it will be in its place. */
export interface WrittenFile<F> {
  partition: number;
  name: string;
  file: F;
}

export interface SpreadParts {
  disk: LakeDisk;
  connection: DuckDBConnection;
  /** The new number of partitions. */
  to: number;
  onRows: (rows: number) => void;
}

/** Decides for every target in the files to which new partition it belongs. DuckDB has no murmur2: a table says it. */
export async function placeTargets(
  parts: SpreadParts,
  files: { raw: readonly RawFile[]; metrics: readonly MetricsFile[] },
): Promise<void> {
  const { connection, disk, to } = parts;
  const selects = [
    ...selectRawFiles(disk.directory, rawSchema, files.raw),
    ...selectFiles(disk.directory, metricsSchema, files.metrics),
  ];
  await connection.run(`CREATE OR REPLACE TEMP TABLE ${PLACES} (target_id VARCHAR, place INTEGER)`);
  if (selects.length === 0) return;
  const distinct = selects.map((select) => `SELECT target_id FROM (${select})`).join(' UNION ');
  const found = await connection.runAndReadAll(`SELECT DISTINCT target_id FROM (${distinct})`);
  const ids = found.getRowsJS().map(([id]) => String(id));
  for (let from = 0; from < ids.length; from += IDS_AT_ONCE) {
    const values = ids
      .slice(from, from + IDS_AT_ONCE)
      .map((id) => `(${quote(id)}, ${partitionOf(id, to)})`)
      .join(', ');
    await connection.run(`INSERT INTO ${PLACES} VALUES ${values}`);
  }
}

/** Writes the raw rows of one date, a file for each new partition that has some. */
export async function spreadRaw(
  parts: SpreadParts,
  date: string,
  files: readonly RawFile[],
): Promise<WrittenFile<RawFile>[]> {
  const { disk, connection } = parts;
  const rows = selectRawFiles(disk.directory, rawSchema, files).join(' UNION ALL ');
  const writtenUs = Math.max(...files.map((file) => file.writtenUs));
  const written: WrittenFile<RawFile>[] = [];
  for (const [partition, found] of await describe(connection, rows)) {
    const temporary = disk.temporary();
    const bytes = await writeOrdered(
      disk,
      connection,
      { rows: within(rows, partition), total: found.rows, kind: 'day' },
      temporary,
    );
    const path = rawPath(partition, date, disk.newId());
    // Ordered as a day is; rows that are still to come for it are joined with it as late ones are.
    const file: RawFile = { path, date, kind: 'day', bytes, writtenUs, ...found };
    written.push({ partition, name: nameOf(temporary), file });
    parts.onRows(found.rows);
  }
  return written;
}

/** Writes the windows of one hour, a file for each new partition that has some. */
export async function spreadWindows(
  parts: SpreadParts,
  { date, hour }: Pick<MetricsFile, 'date' | 'hour'>,
  files: readonly MetricsFile[],
): Promise<WrittenFile<MetricsFile>[]> {
  const { disk, connection } = parts;
  const rows = selectFiles(disk.directory, metricsSchema, files).join(' UNION ALL ');
  const counts = await connection.runAndReadAll(`
    SELECT place, count(*)::DOUBLE, epoch_us(min(start_time))::DOUBLE, epoch_us(max(end_time))::DOUBLE - 1
    FROM (${rows}) JOIN ${PLACES} USING (target_id) GROUP BY 1 ORDER BY 1`);
  const written: WrittenFile<MetricsFile>[] = [];
  for (const row of counts.getRowsJS()) {
    const [partition = 0, count = 0, minUs = 0, maxUs = 0] = row.map(Number);
    const temporary = disk.temporary();
    const select = `${within(rows, partition)} ORDER BY start_time, target_id, probe_id`;
    const bytes = await disk.write(temporary, () => connection.run(copyTo(select, disk.absolute(temporary))));
    const path = metricsPath(partition, date, hour);
    written.push({
      partition,
      name: nameOf(temporary),
      file: { path, date, hour, rows: count, bytes, minUs, maxUs },
    });
    parts.onRows(count);
  }
  return written;
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function within(rows: string, partition: number): string {
  return `SELECT * FROM (${rows}) WHERE target_id IN (SELECT target_id FROM ${PLACES} WHERE place = ${partition})`;
}

async function describe(
  connection: DuckDBConnection,
  rows: string,
): Promise<Map<number, Pick<RawFile, 'rows' | 'minUs' | 'maxUs' | 'seqs'>>> {
  const result = await connection.runAndReadAll(`
    SELECT place, probe_id, count(*)::DOUBLE, epoch_us(min("timestamp"))::DOUBLE,
           epoch_us(max(coalesce(missed_until, "timestamp")))::DOUBLE, min(seq)::DOUBLE, max(seq)::DOUBLE
    FROM (${rows}) JOIN ${PLACES} USING (target_id) GROUP BY 1, 2 ORDER BY 1, 2`);
  const found = new Map<number, Pick<RawFile, 'rows' | 'minUs' | 'maxUs' | 'seqs'>>();
  for (const row of result.getRowsJS()) {
    const [partition = 0, , count = 0, minUs = 0, maxUs = 0, fromSeq = 0, toSeq = 0] = row.map(Number);
    const known = found.get(partition) ?? { rows: 0, minUs, maxUs, seqs: {} };
    found.set(partition, {
      rows: known.rows + count,
      minUs: Math.min(known.minUs, minUs),
      maxUs: Math.max(known.maxUs, maxUs),
      seqs: { ...known.seqs, [String(row[1])]: [fromSeq, toSeq] },
    });
  }
  return found;
}
