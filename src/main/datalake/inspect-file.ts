import { stat } from 'node:fs/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
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
    const result = await connection.runAndReadAll(
      `SELECT num_rows::DOUBLE FROM parquet_file_metadata(${quote(path)})`,
    );
    return { kind: 'whole', rows: Number(result.getRowsJS()[0]?.[0]), bytes };
  } catch {
    return { kind: 'broken' };
  }
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
