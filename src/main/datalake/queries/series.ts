import type { Series } from '../../../shared/contract/questions';
import type { SeriesAsked } from '../lake-queries';
import { chooseBucketUs, isMultipleOfAll } from './bucket-width';
import type { Question } from './question';
import { seriesFromRaw } from './series-from-raw';
import { seriesFromWindows } from './series-from-windows';
import { seriesPoints } from './series-points';
import { readWindowBuckets } from './window-buckets';

const MAX_POINTS = 2000;
/** Up to here attempts are read one by one where windows are too long for the chart; beyond, a coarser chart is better. */
const MAX_RAW_ROWS = 1_000_000;

/**
 * Attempts one by one while they fit; then buckets from windows where the chart's bucket is made of whole windows;
 * then from the attempts; and for long ranges from windows in coarser buckets.
 */
export async function series(question: Question, asked: SeriesAsked): Promise<Series> {
  const { targetId, range, probeId = null } = asked;
  const scope = { targetId, probeId };
  const maxPoints = Math.min(2 * asked.width, MAX_POINTS);
  const finestUs = chooseBucketUs(range, maxPoints)!; // without a multiple asked for, the ladder always has one
  const windows = await readWindowBuckets(question, scope, range, finestUs);
  const { attempts, lengthsUs } = windows;

  if (attempts <= maxPoints) {
    const points = await seriesPoints(question, scope, range, maxPoints);
    if (points !== null) return points;
  }
  if (lengthsUs.length > 0 && isMultipleOfAll(finestUs, lengthsUs)) {
    return await seriesFromWindows(question, windows, finestUs);
  }
  const coarserUs = attempts > MAX_RAW_ROWS ? chooseBucketUs(range, maxPoints, lengthsUs) : null;
  if (coarserUs !== null) {
    const coarser = await readWindowBuckets(question, scope, range, coarserUs);
    return await seriesFromWindows(question, coarser, coarserUs);
  }
  return await seriesFromRaw(question, scope, range, finestUs);
}
