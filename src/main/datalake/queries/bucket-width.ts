import type { Range } from '../../../shared/contract/questions';

const SECOND_US = 1_000_000;
const DAY_US = 86_400 * SECOND_US;
/** Widths people read at a glance; beyond a day they double. */
const LADDER_US = [1, 2, 5, 10, 15, 30, 60, 300, 900, 3_600, 21_600, 86_400].map((s) => s * SECOND_US);
/** Longer than any range: 2^14 days. */
const DOUBLINGS = 14;

export const alignDown = (us: number, widthUs: number): number => Math.floor(us / widthUs) * widthUs;
export const alignUp = (us: number, widthUs: number): number => Math.ceil(us / widthUs) * widthUs;

/** Buckets are aligned to the epoch and taken whole: the range widened to bucket bounds. */
export function alignRange(range: Range, widthUs: number): Range {
  return { fromUs: alignDown(range.fromUs, widthUs), toUs: alignUp(range.toUs, widthUs) };
}

/**
 * The narrowest width of the ladder that covers `range` with at most `maxBuckets` epoch-aligned buckets and is a
 * whole multiple of every length in `multipleOfUs`; null when there is none.
 */
export function chooseBucketUs(
  range: Range,
  maxBuckets: number,
  multipleOfUs: readonly number[] = [],
): number | null {
  const days = Array.from({ length: DOUBLINGS }, (_, power) => DAY_US * 2 ** (power + 1));
  const width = [...LADDER_US, ...days].find((candidate) => {
    const { fromUs, toUs } = alignRange(range, candidate);
    return (toUs - fromUs) / candidate <= maxBuckets && isMultipleOfAll(candidate, multipleOfUs);
  });
  return width ?? null;
}

export function isMultipleOfAll(widthUs: number, lengthsUs: readonly number[]): boolean {
  return lengthsUs.every((length) => widthUs % length === 0);
}
