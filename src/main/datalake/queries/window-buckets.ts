import type { Range } from '../../../shared/contract/questions';
import { countOf } from '../../../shared/domain/latency-histogram';
import type { WindowRow } from '../../../shared/domain/window-row';
import { alignDown, alignRange } from './bucket-width';
import type { Question } from './question';
import type { Scope } from './scope';
import { type BucketPoint, readBucketPoints } from './series-columns';
import { instant, integer } from './sql-values';
import { MAX_WINDOW_US, type WindowSource, windowSource } from './window-source';

/** A bucket while windows are added to it. Its percentiles are right while it holds one window. */
export interface WindowBucket {
  point: BucketPoint;
  windows: number;
  completed: number;
  sumUs: number;
  censored: number;
}

/** A target's windows put into buckets by their start, and what they tell of the range. */
export interface WindowBuckets {
  /** By the bucket's start, µs. Right only when the width is a multiple of all `lengthsUs`. */
  buckets: Map<number, WindowBucket>;
  source: WindowSource;
  /** Lengths of the windows that touch the range, µs. */
  lengthsUs: number[];
  /** About how many attempts the range holds: those of windows across its ends by the part that is inside. */
  attempts: number;
}

/** @param range asked for; buckets at its ends are whole */
export async function readWindowBuckets(
  question: Question,
  scope: Scope,
  range: Range,
  bucketUs: number,
): Promise<WindowBuckets> {
  const whole = alignRange(range, bucketUs);
  const source = windowSource(question, scope, {
    // A long window that began before may tell of the range's attempts.
    fromUs: Math.min(whole.fromUs, alignDown(range.fromUs, MAX_WINDOW_US)),
    toUs: whole.toUs,
  });
  const insideUs = `least(epoch_us(end_time), epoch_us($to)) - greatest(epoch_us(start_time), epoch_us($from))`;
  const answer = await question.session.query(
    `SELECT epoch_us(start_time) // $bucket * $bucket AS at_us,
       count(*) AS windows, sum(total_pings) AS total, sum(error_count) AS errors,
       sum(degraded_count) AS degraded, sum(unknown_count) AS unknown, sum(missed_count) AS missed,
       sum(censored_count) AS censored, sum(latency_sum_us) AS sum_us, sum(list_sum(hist_counts)) AS completed,
       NULL::DOUBLE AS avg_ms, min(min_latency) AS min_ms, max(max_latency) AS max_ms,
       any_value(p50_latency) AS p50_ms, any_value(p95_latency) AS p95_ms, any_value(p99_latency) AS p99_ms,
       list(DISTINCT window_ms) FILTER (WHERE ${insideUs} > 0) AS lengths_ms,
       sum((total_pings + unknown_count) * greatest(${insideUs}, 0) / (window_ms * 1000.0)) AS attempts
     FROM ${source.from} GROUP BY at_us`,
    {
      ...source.values,
      bucket: integer(bucketUs),
      from: instant(range.fromUs),
      to: instant(range.toUs),
    },
  );
  const lengths = new Set(answer.numberLists('lengths_ms').flatMap((ms) => ms.map((one) => one * 1000)));
  let attempts = answer.numbers('attempts').reduce((sum, count) => sum + count, 0);
  const windows = answer.numbers('windows');
  const completed = answer.nullableNumbers('completed');
  const sumUs = answer.numbers('sum_us');
  const censored = answer.numbers('censored');
  const buckets = new Map<number, WindowBucket>();
  readBucketPoints(answer).forEach((point, row) => {
    if (point.timestampUs < whole.fromUs) return;
    buckets.set(point.timestampUs, {
      point,
      windows: windows[row]!,
      completed: completed[row] ?? 0,
      sumUs: sumUs[row]!,
      censored: censored[row]!,
    });
  });

  for (const row of source.overlay) {
    const inside = Math.min(row.end_time, range.toUs) - Math.max(row.start_time, range.fromUs);
    if (inside > 0) {
      lengths.add(row.window_ms * 1000);
      attempts += ((row.total_pings + row.unknown_count) * inside) / (row.window_ms * 1000);
    }
    if (row.start_time >= whole.fromUs) addRow(buckets, row, bucketUs);
  }
  return { buckets, source, lengthsUs: [...lengths], attempts };
}

/** Adds a window that stands in memory only. */
function addRow(buckets: Map<number, WindowBucket>, row: WindowRow, bucketUs: number): void {
  const timestampUs = alignDown(row.start_time, bucketUs);
  const bucket = buckets.get(timestampUs) ?? emptyBucket(timestampUs);
  buckets.set(timestampUs, bucket);
  const { point } = bucket;
  point.minMs = extreme(Math.min, point.minMs, row.min_latency);
  point.maxMs = extreme(Math.max, point.maxMs, row.max_latency);
  point.total += row.total_pings;
  point.errors += row.error_count;
  point.degraded += row.degraded_count;
  point.unknown += row.unknown_count;
  point.missed += row.missed_count;
  point.p50Ms = row.p50_latency;
  point.p95Ms = row.p95_latency;
  point.p99Ms = row.p99_latency;
  bucket.windows += 1;
  bucket.completed += countOf({ offset: row.hist_offset, counts: row.hist_counts });
  bucket.sumUs += row.latency_sum_us;
  bucket.censored += row.censored_count;
}

function emptyBucket(timestampUs: number): WindowBucket {
  const nothing = { avgMs: null, minMs: null, maxMs: null, p50Ms: null, p95Ms: null, p99Ms: null };
  const point = { timestampUs, ...nothing, total: 0, errors: 0, degraded: 0, unknown: 0, missed: 0 };
  return { point, windows: 0, completed: 0, sumUs: 0, censored: 0 };
}

function extreme(
  choose: (a: number, b: number) => number,
  a: number | null,
  b: number | null,
): number | null {
  if (a === null) return b;
  return b === null ? a : choose(a, b);
}
