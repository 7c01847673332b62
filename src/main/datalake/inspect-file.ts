import { stat } from 'node:fs/promises';
import { sep } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { metricsSchema } from './metrics-schema';
import { rawSchema } from './raw-schema';
import { endsLikeParquet } from './scan-folders';
import { quote } from './sql-text';

export type FileCondition =
  | { kind: 'missing' }
  | { kind: 'broken' }
  | { kind: 'whole'; rows: number; bytes: number };

/** Looks into a file's footer. @param path absolute */
export async function inspectFile(connection: DuckDBConnection, path: string): Promise<FileCondition> {
  const bytes = await sizeOf(path);
  if (bytes === null) return { kind: 'missing' };
  if (!(await endsLikeParquet(path))) return { kind: 'broken' };
  try {
    if (!(await hasColumns(connection, path))) return { kind: 'broken' };
    const result = await connection.runAndReadAll(
      `SELECT num_rows::DOUBLE FROM parquet_file_metadata(${quote(path)})`,
    );
    return { kind: 'whole', rows: Number(result.getRowsJS()[0]?.[0]), bytes };
  } catch {
    return { kind: 'broken' };
  }
}

/** Whether a file in a table's folder is of that table: another one in its place is as useless as a torn one. */
async function hasColumns(connection: DuckDBConnection, path: string): Promise<boolean> {
  const schema = path.includes(`${sep}${metricsSchema.table}${sep}`) ? metricsSchema : rawSchema;
  const described = await connection.runAndReadAll(
    `DESCRIBE SELECT * FROM read_parquet(${quote(path)}, hive_partitioning = false)`,
  );
  const names = new Set(described.getRowsJS().map(([name]) => String(name)));
  return schema.columns.every(({ name }) => names.has(name));
}

/** Null when there is no such file. */
export async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
