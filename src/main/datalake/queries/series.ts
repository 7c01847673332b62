import type { Series, SeriesQuestion } from '../../../shared/contract/questions';
import { alignDown, chooseBucketUs } from './bucket-width';
import type { Question } from './question';
import { seriesFromRaw } from './series-from-raw';
import { seriesFromWindows } from './series-from-windows';
import { seriesPoints } from './series-points';
import { instant } from './sql-values';
import { MAX_WINDOW_US, windowSource } from './window-source';

const MAX_POINTS = 2000;
/** Up to here attempts are read one by one where windows are too long for the chart; beyond, a coarser chart is better. */
const MAX_RAW_ROWS = 1_000_000;

/**
 * Attempts one by one while they fit; then buckets from windows where the chart's bucket is made of whole windows;
 * then from the attempts; and for long ranges from windows in coarser buckets.
 */
export async function series(question: Question, asked: SeriesQuestion): Promise<Series> {
  const { targetId, range } = asked;
  const maxPoints = Math.min(2 * asked.width, MAX_POINTS);
  const { attempts, windowLengthsUs } = await surveyWindows(question, asked);

  if (attempts <= maxPoints) {
    const points = await seriesPoints(question, targetId, range, maxPoints);
    if (points !== null) return points;
  }
  const finest = chooseBucketUs(range, maxPoints);
  const fromWindows = chooseBucketUs(range, maxPoints, windowLengthsUs);
  const windowsFit = windowLengthsUs.length > 0 && fromWindows !== null;
  if (windowsFit && (fromWindows === finest || attempts > MAX_RAW_ROWS)) {
    return await seriesFromWindows(question, targetId, range, fromWindows);
  }
  return await seriesFromRaw(question, targetId, range, finest!);
}

/** About how many attempts the range holds, and which window lengths occur in it, from the windows alone. */
async function surveyWindows(
  question: Question,
  { targetId, range }: SeriesQuestion,
): Promise<{ attempts: number; windowLengthsUs: number[] }> {
  const source = windowSource(question, targetId, {
    fromUs: alignDown(range.fromUs, MAX_WINDOW_US),
    toUs: range.toUs,
  });
  const answer = await question.session.query(
    `SELECT window_ms, sum((total_pings + unknown_count)
         * (least(epoch_us(end_time), epoch_us($to)) - greatest(epoch_us(start_time), epoch_us($from)))
         / (window_ms * 1000.0)) AS attempts
     FROM ${source.from} WHERE end_time > $from GROUP BY window_ms`,
    { ...source.values, from: instant(range.fromUs), to: instant(range.toUs) },
  );
  const lengths = new Set(answer.numbers('window_ms').map((ms) => ms * 1000));
  let attempts = answer.numbers('attempts').reduce((sum, count) => sum + count, 0);
  for (const row of source.overlay) {
    const insideUs = Math.min(row.end_time, range.toUs) - Math.max(row.start_time, range.fromUs);
    if (insideUs <= 0) continue;
    lengths.add(row.window_ms * 1000);
    attempts += ((row.total_pings + row.unknown_count) * insideUs) / (row.window_ms * 1000);
  }
  return { attempts, windowLengthsUs: [...lengths] };
}
