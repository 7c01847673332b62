import type { RawFile } from './lake-file';
import { HOUR_US } from './sql-text';

/** A tail of so many rows is rewritten no more: at a thousand events a second that is a minute and a half. */
export const TAIL_ROWS = 100_000;
/** No date's folder holds more files of one partition than this, or one per 64 MB. */
export const MAX_FILES = 30;
export const BYTES_PER_FILE = 64 * 1024 * 1024;
/** So close to the limit, a date gets no further file from a flush that can do without. */
const CROWDED_ROOM = 4;

/** How many files a date may have. */
export function limitOf(filesOfDate: readonly { bytes: number }[]): number {
  const bytes = filesOfDate.reduce((sum, file) => sum + file.bytes, 0);
  return Math.max(MAX_FILES, Math.floor(bytes / BYTES_PER_FILE));
}

/** A tail of so many times the rows at which it is sealed ends in a crowded date as well, while there is room for another. */
const LONG_TAIL = 4;
const ROOM_FOR_TAIL = 3;

/** @param emptied how many inputs of earlier merges still stand empty in the date's folder */
export function isCrowded(filesOfDate: readonly { bytes: number }[], emptied: number): boolean {
  return filesOfDate.length + emptied >= limitOf(filesOfDate) - CROWDED_ROOM;
}

/** What a flush does with the tail of a date. */
export interface TailChoice {
  /** Replaced by itself plus the new rows; null: the new rows begin a tail of their own. */
  grown: RawFile | null;
  /** Becomes a segment as it stands. */
  sealed: RawFile | null;
}

/**
 * Each row of a tail is written again by every flush until the tail ends: at a size or with its hour, but not while
 * the date has many files. When so many rows come at once that two flushes would fill a tail, it is left as it is: joining
 * segments later writes each row once more, growing would do so as well and only make fewer segments.
 * @param flush the date of the rows to be flushed, their newest instant, µs, and how many they are
 * @param policy.emptied how many inputs of earlier merges still stand empty in the date's folder
 * @param policy.sealRows rows after which a tail is sealed
 */
export function chooseTail(
  files: readonly RawFile[],
  { date, newestUs, rows }: { date: string; newestUs: number; rows: number },
  { emptied, sealRows }: { emptied: number; sealRows: number },
): TailChoice {
  const ofDate = files.filter((file) => file.date === date);
  const tail = ofDate.find((file) => file.kind === 'tail') ?? null;
  if (tail === null) return { grown: null, sealed: null };
  const fits = tail.rows < sealRows && 2 * rows < sealRows && hourOf(newestUs) <= hourOf(tail.maxUs);
  const isLong =
    tail.rows >= LONG_TAIL * sealRows && limitOf(ofDate) - ofDate.length - emptied >= ROOM_FOR_TAIL;
  return (isCrowded(ofDate, emptied) && !isLong) || fits
    ? { grown: tail, sealed: null }
    : { grown: null, sealed: tail };
}

/** Whole hours since the epoch. */
export function hourOf(us: number): number {
  return Math.floor(us / HOUR_US);
}
