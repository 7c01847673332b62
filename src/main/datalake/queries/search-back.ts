import type { Range } from '../../../shared/contract/questions';

const HOUR_US = 3_600_000_000;
const DAY_US = 24 * HOUR_US;
/** How far back each step reaches: what is asked for mostly stands in the newest files. */
const REACHES_US = [3 * HOUR_US, DAY_US, 4 * DAY_US, 16 * DAY_US, 64 * DAY_US, 256 * DAY_US];

/**
 * Disjoint ranges that together cover all of time, newest first, each about four times as long as the one before.
 * The first holds every window that can still be open: at most an hour long, and an hour of watermark.
 * A range in which the lake has no files costs next to nothing.
 */
export function searchBack(newestUs: number): Range[] {
  const bounds = REACHES_US.map((reachUs) => newestUs - reachUs).filter((boundUs) => boundUs > 0);
  const ends = [Number.MAX_SAFE_INTEGER, ...bounds];
  return ends.map((toUs, step) => ({ fromUs: bounds[step] ?? 0, toUs }));
}
