import type { RawFile } from './lake-file';
import { HOUR_US } from './sql-text';

/** A tail of so many rows is rewritten no more: at a thousand events a second that is a minute and a half. */
export const TAIL_ROWS = 100_000;
/** With so many files a date gets no further one from a flush, whatever the size of its tail. */
export const CROWDED_FILES = 26;

/**
 * Whether a flush replaces the tail by itself plus the new rows; otherwise the tail is sealed and a new one begun.
 * Each row of a tail is written again by every flush until then, so it ends at a size or with its hour.
 * @param filesOfDate all files in the date's folder, the tail among them
 */
export function growsOn(
  tail: Pick<RawFile, 'rows' | 'maxUs'>,
  added: { maxUs: number },
  filesOfDate: number,
): boolean {
  if (filesOfDate >= CROWDED_FILES) return true;
  return tail.rows < TAIL_ROWS && hourOf(added.maxUs) <= hourOf(tail.maxUs);
}

/** Whole hours since the epoch. */
export function hourOf(us: number): number {
  return Math.floor(us / HOUR_US);
}
