/**
 * - `tail`: still grows: every flush replaces it by itself plus the new rows at its end, under the same name
 * - `segment`: immutable, in order of arrival; a part of an hour
 * - `hour`: immutable, ordered by (`target_id`, `timestamp`): everything that came in one hour
 * - `day`: the same for a closed day
 */
export type RawFileKind = 'tail' | 'segment' | 'hour' | 'day';

/** A live Parquet file: its rows count, and no other file's do. Immutable; a change makes a new object. */
export interface LakeFile {
  /** Relative to the lake folder, with slashes: `lake1_raw/date=2026-01-31/uptimer-p00-1f2e3d4c.parquet`. */
  readonly path: string;
  /** UTC date of the folder. */
  readonly date: string;
  readonly rows: number;
  readonly bytes: number;
  /** First and last instant (µs) that any row speaks of; both inclusive. */
  readonly minUs: number;
  readonly maxUs: number;
}

export interface RawFile extends LakeFile {
  readonly kind: RawFileKind;
  /** First and last `seq` by prober. */
  readonly seqs: Readonly<Record<string, readonly [number, number]>>;
  /** When rows last came in (µs, wall clock). */
  readonly writtenUs: number;
}

export interface MetricsFile extends LakeFile {
  /** UTC hour of `start_time`, 0–23. */
  readonly hour: number;
}

const OUR_NAME = /^uptimer-p(\d{2,4})-(?:h\d{2}|[0-9a-f]{8})\.parquet$/;
const DATE_FOLDER = /^date=(\d{4}-\d{2}-\d{2})$/;

/** Which partition's file this is by its name, or null when the name is not ours: such a file is never touched. */
export function partitionOf(fileName: string): number | null {
  const match = OUR_NAME.exec(fileName);
  return match === null ? null : Number(match[1]);
}

/** The date of a `date=YYYY-MM-DD` folder, or null. */
export function dateOfFolder(folderName: string): string | null {
  return DATE_FOLDER.exec(folderName)?.[1] ?? null;
}

export function partitionText(partition: number): string {
  return `p${String(partition).padStart(2, '0')}`;
}

export function rawPath(partition: number, date: string, id: string): string {
  return `lake1_raw/date=${date}/uptimer-${partitionText(partition)}-${id}.parquet`;
}

export function metricsPath(partition: number, date: string, hour: number): string {
  return `lake2_metrics/date=${date}/uptimer-${partitionText(partition)}-h${String(hour).padStart(2, '0')}.parquet`;
}

/** Whether a file can hold an instant of the half-open range. */
export function overlaps(file: LakeFile, range: { fromUs: number; toUs: number }): boolean {
  return file.minUs < range.toUs && file.maxUs >= range.fromUs;
}
