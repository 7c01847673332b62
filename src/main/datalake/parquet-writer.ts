import { quote } from './sql-text';

/**
 * A COPY of a select into a Parquet file: Snappy, V2 encodings (doubles rounded to 0.01 take a quarter of V1's bytes).
 * @param path absolute
 */
export function copyTo(select: string, path: string): string {
  return `COPY (${select}) TO ${quote(path)} (FORMAT parquet, COMPRESSION snappy, PARQUET_VERSION v2)`;
}
