import type { RawFile } from './lake-file';
import { HOUR_US } from './sql-text';

/** A tail of so many rows is rewritten no more: at a thousand events a second that is a minute and a half. */
export const TAIL_ROWS = 100_000;
/** With so many files a date gets no further one from a flush that can do without. */
export const CROWDED_FILES = 26;

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
  const crowded = ofDate.length + emptied >= CROWDED_FILES;
  const fits = tail.rows < sealRows && 2 * rows < sealRows && hourOf(newestUs) <= hourOf(tail.maxUs);
  return crowded || fits ? { grown: tail, sealed: null } : { grown: null, sealed: tail };
}

/** Whole hours since the epoch. */
export function hourOf(us: number): number {
  return Math.floor(us / HOUR_US);
}
