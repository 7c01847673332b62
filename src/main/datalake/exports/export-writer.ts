import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../../../shared/contract/app-error';
import type { ExportRequest, Range } from '../../../shared/contract/questions';
import { copyTo } from '../parquet-writer';
import type { QuerySession } from '../queries/query-session';
import { quote, quoteList } from '../sql-text';
import type { TableSchema } from '../table-schema';
import type { ExportDestination } from './export-destination';
import type { ExportSource } from './export-source';

/** What writing one export needs. */
export interface ExportWriting {
  session: QuerySession;
  signal: AbortSignal;
  source: ExportSource;
  format: ExportRequest['format'];
  destination: ExportDestination;
  /** Called after every piece with its number of rows; the next one waits for it. */
  onRows(rows: number): Promise<void>;
}

/**
 * Writes the slices, each sorted by itself, one after the other into `destination.temporary`. A Parquet file is written
 * by one statement, so that several slices are parts first and joined in their order then.
 */
export async function writeSlices(writing: ExportWriting, slices: readonly Range[]): Promise<void> {
  const { session, signal, format, destination } = writing;
  const { temporary } = destination;
  if (format === 'csv') {
    for (const [index, slice] of slices.entries()) {
      if (index === 0) await writeSlice(writing, slice, temporary, true);
      else {
        const part = destination.part(index);
        await writeSlice(writing, slice, part, false);
        await pipeline(createReadStream(part), createWriteStream(temporary, { flags: 'a' }), { signal });
        await rm(part);
      }
    }
    return;
  }
  if (slices.length === 1 && slices[0] !== undefined) {
    await writeSlice(writing, slices[0], temporary, true);
    return;
  }
  const parts = slices.map((_, index) => destination.part(index));
  for (const [index, slice] of slices.entries()) await writeSlice(writing, slice, parts[index]!, true);
  await session.execute(copyTo(`SELECT * FROM read_parquet(${quoteList(parts)})`, temporary));
  for (const part of parts) await rm(part);
}

async function writeSlice(writing: ExportWriting, slice: Range, path: string, first: boolean): Promise<void> {
  const { session, source, format } = writing;
  const { select, values } = source.rows(slice);
  const ordered = `${select} ORDER BY ${source.order}`;
  const copy =
    format === 'parquet'
      ? copyTo(ordered, path)
      : `COPY (SELECT ${csvColumns(source.schema)} FROM (${ordered}))
         TO ${quote(path)} (FORMAT csv, HEADER ${first})`;
  await writing.onRows(await session.execute(copy, values));
}

/** Instants as ISO 8601 in UTC, lists as JSON. */
function csvColumns(schema: TableSchema): string {
  return schema.columns
    .map(({ name, type }) => {
      if (type === 'TIMESTAMP') return `strftime("${name}", '%Y-%m-%dT%H:%M:%S.%fZ') AS "${name}"`;
      if (type === 'INTEGER[]') return `to_json("${name}")::VARCHAR AS "${name}"`;
      return `"${name}"`;
    })
    .join(', ');
}

/** Why writing failed, in words for whoever asked for the export. DuckDB tells a full disk in its text only. */
export function writingError(thrown: unknown, path: string): AppError {
  if (thrown instanceof AppError && thrown.code !== 'internal') return thrown;
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  if (/no space left on device|disk quota exceeded|ENOSPC|EDQUOT/i.test(reason)) {
    return new AppError(
      'no_space',
      `There is not enough room on the disk for ${path}. Free some space, or export to another disk.`,
      { domain: 'external', cause: thrown },
    );
  }
  return new AppError('internal', `The export to ${path} failed: ${reason}`, {
    domain: 'internal',
    cause: thrown,
  });
}
