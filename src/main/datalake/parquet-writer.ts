import type { RawFileKind } from './lake-file';
import { quote } from './sql-text';

/**
 * A COPY of a select into a Parquet file: Snappy, V2 encodings (doubles rounded to 0.01 take a quarter of V1's bytes).
 * @param path absolute
 * @param rowGroupRows a row group is held in memory until it is full; large ones share a dictionary among more rows
 */
export function copyTo(select: string, path: string, rowGroupRows: number = ROW_GROUP_ROWS.day): string {
  const options = `FORMAT parquet, COMPRESSION snappy, PARQUET_VERSION v2, ROW_GROUP_SIZE ${rowGroupRows}`;
  return `COPY (${select}) TO ${quote(path)} (${options})`;
}

/** Files that are written often get small row groups: they are cheap to hold, and merged before size matters. */
export const ROW_GROUP_ROWS: Readonly<Record<RawFileKind, number>> = {
  tail: 20_480,
  segment: 20_480,
  hour: 61_440,
  day: 122_880,
};
