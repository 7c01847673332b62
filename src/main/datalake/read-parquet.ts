import { join } from 'node:path';
import type { LakeFile, RawFile } from './lake-file';
import { quote, quoteList } from './sql-text';
import { columnList, type TableSchema } from './table-schema';

/** Selects with the schema's columns in order that together hold every row of the files once. */
export function selectFiles(lake: string, schema: TableSchema, files: readonly LakeFile[]): string[] {
  if (files.length === 0) return [];
  const paths = quoteList(files.map((file) => join(lake, file.path)));
  return [`SELECT ${columnList(schema)} FROM read_parquet(${paths}, hive_partitioning = false)`];
}

/**
 * The same for raw files. A tail may be replaced by a longer one under the same name at any time; its first rows stay
 * what they were, so reading no more than the known number of rows gives exactly the file as it is known.
 */
export function selectRawFiles(lake: string, schema: TableSchema, files: readonly RawFile[]): string[] {
  const selects = selectFiles(
    lake,
    schema,
    files.filter((file) => file.kind !== 'tail'),
  );
  for (const file of files) {
    if (file.kind === 'tail') selects.push(selectFirstRows(join(lake, file.path), schema, file.rows));
  }
  return selects;
}

/** The first `rows` rows of a file in their order. */
export function selectFirstRows(path: string, schema: TableSchema, rows: number): string {
  return (
    `SELECT ${columnList(schema)} FROM read_parquet(${quote(path)}, hive_partitioning = false, ` +
    `file_row_number = true) WHERE file_row_number < ${rows}`
  );
}
