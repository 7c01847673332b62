import type { Range, Series } from '../../../shared/contract/questions';
import { alignRange } from './bucket-width';
import type { Question } from './question';
import { IS_CENSORED, IS_COMPLETED, IS_FINAL, missedBefore, rawSource } from './raw-source';
import type { Scope } from './scope';
import { bucketSeries, readBucketPoints } from './series-columns';
import { integer } from './sql-values';

/**
 * Buckets computed from the attempts themselves: percentiles are exact nearest rank, with timeouts above every value.
 * Buckets at the ends of the range are whole; those in which nothing was due are absent.
 */
export async function seriesFromRaw(
  { session, view }: Question,
  scope: Scope,
  range: Range,
  bucketUs: number,
): Promise<Series> {
  const whole = alignRange(range, bucketUs);
  const source = rawSource(view, scope, whole);
  const answer = await session.query(
    `WITH attempts AS (SELECT * FROM ${source.from} WHERE ${IS_FINAL}),
     measured AS (
       SELECT epoch_us(timestamp) // $bucket AS bucket,
         count(*) FILTER (WHERE outcome IN ('up', 'degraded', 'down')) AS total,
         count(*) FILTER (WHERE outcome = 'down') AS errors,
         count(*) FILTER (WHERE outcome = 'degraded') AS degraded,
         count(*) FILTER (WHERE outcome = 'unknown') AS unknown,
         count(*) FILTER (WHERE ${IS_COMPLETED}) AS completed,
         sum(CAST(round(latency_ms * 1000) AS BIGINT)) FILTER (WHERE ${IS_COMPLETED}) AS sum_us,
         min(latency_ms) FILTER (WHERE ${IS_COMPLETED}) AS min_ms,
         max(latency_ms) FILTER (WHERE ${IS_COMPLETED}) AS max_ms,
         quantile_disc(CASE WHEN ${IS_COMPLETED} THEN latency_ms
           WHEN ${IS_CENSORED} THEN 'infinity'::DOUBLE END, [0.5, 0.95, 0.99]) AS percentiles
       FROM attempts WHERE outcome <> 'missed' GROUP BY bucket),
     reach AS (
       SELECT *, unnest(range(
         greatest(epoch_us(timestamp), epoch_us($raw_from)) // $bucket,
         least(epoch_us(coalesce(missed_until, timestamp)), epoch_us($raw_to) - 1) // $bucket + 1)) AS bucket
       FROM attempts WHERE outcome = 'missed'),
     missed AS (
       SELECT bucket, CAST(sum(${missedBefore('(bucket + 1) * $bucket')}
         - ${missedBefore('bucket * $bucket')}) AS BIGINT) AS missed
       FROM reach GROUP BY bucket)
     SELECT coalesce(m.bucket, x.bucket) * $bucket AS at_us, coalesce(x.missed, 0) AS missed,
       coalesce(total, 0) AS total, coalesce(errors, 0) AS errors, coalesce(degraded, 0) AS degraded,
       coalesce(unknown, 0) AS unknown, sum_us / 1000.0 / nullif(completed, 0) AS avg_ms,
       min_ms, max_ms, percentiles[1] AS p50_ms, percentiles[2] AS p95_ms, percentiles[3] AS p99_ms
     FROM measured AS m
     FULL JOIN (SELECT * FROM missed WHERE missed > 0) AS x ON x.bucket = m.bucket`,
    { ...source.values, bucket: integer(bucketUs) },
  );
  return bucketSeries('raw', bucketUs, readBucketPoints(answer));
}
