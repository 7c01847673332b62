import { INTEGER, LIST, listValue } from '@duckdb/node-api';
import type { Beat } from '../../../../shared/contract/overview';
import { midpointMs } from '../../../../shared/domain/latency-histogram';
import type { Question } from '../question';
import { mergedBuckets } from '../sparse-histogram';
import { instant, instants, list, texts } from '../sql-values';
import type { WindowSource } from '../window-source';

/** Windows of several probers that begin and end together. */
export interface BeatKey {
  targetId: string;
  startUs: number;
  endUs: number;
}
type Ranks = Pick<Beat, 'p50Ms' | 'p95Ms'>;

const keyOf = ({ targetId, startUs, endUs }: BeatKey): string => `${startUs} ${endUs} ${targetId}`;

/**
 * Nearest ranks over all attempts of windows that stand together, timeouts above every value: the histograms are merged and
 * counted through in DuckDB, so that 500 targets' strips do not come as millions of counts into this thread.
 */
export async function mergedRanks(
  { session }: Question,
  source: WindowSource,
  several: readonly BeatKey[],
): Promise<(targetId: string, beat: Beat) => Ranks | undefined> {
  const wanted = new Set(several.map(keyOf));
  const inMemory = source.overlay.filter((row) =>
    wanted.has(keyOf({ targetId: row.target_id, startUs: row.start_time, endUs: row.end_time })),
  );
  const fromUs = several.reduce((least, { startUs }) => Math.min(least, startUs), Number.MAX_SAFE_INTEGER);
  const columns = 'target_id, start_time, end_time, hist_offset, hist_counts, censored_count';
  const groups = ['target_id', 'start_time', 'end_time'];
  const answer = await session.query(
    `WITH asked AS MATERIALIZED (
       SELECT unnest($key_targets) AS target_id, unnest($key_starts) AS start_time, unnest($key_ends) AS end_time),
     windows AS MATERIALIZED (
       SELECT ${columns} FROM ${source.from} SEMI JOIN asked USING (target_id, start_time, end_time)
       WHERE start_time >= $least_start
       UNION ALL
       SELECT unnest($mem_targets), unnest($mem_starts), unnest($mem_ends), unnest($mem_offsets),
         unnest($mem_counts), unnest($mem_censored)),
     due AS (
       SELECT ${groups}, sum(list_sum(hist_counts)) AS completed, sum(censored_count) AS censored
       FROM windows GROUP BY ALL),
     counted AS (
       SELECT *, sum(completed) OVER (PARTITION BY ${groups} ORDER BY bucket) AS up_to
       FROM (${mergedBuckets('windows', groups)}))
     SELECT target_id, start_time, end_time,
       min(bucket) FILTER (WHERE up_to >= ${rank(50)}) AS p50,
       min(bucket) FILTER (WHERE up_to >= ${rank(95)}) AS p95
     FROM due LEFT JOIN counted USING (${groups}) GROUP BY ALL`,
    {
      ...source.values,
      key_targets: texts(several.map(({ targetId }) => targetId)),
      key_starts: instants(several.map(({ startUs }) => startUs)),
      key_ends: instants(several.map(({ endUs }) => endUs)),
      least_start: instant(fromUs),
      mem_targets: texts(inMemory.map((row) => row.target_id)),
      mem_starts: instants(inMemory.map((row) => row.start_time)),
      mem_ends: instants(inMemory.map((row) => row.end_time)),
      mem_offsets: list(
        inMemory.map((row) => row.hist_offset),
        INTEGER,
      ),
      mem_counts: list(
        inMemory.map((row) => listValue(row.hist_counts)),
        LIST(INTEGER),
      ),
      mem_censored: list(
        inMemory.map((row) => row.censored_count),
        INTEGER,
      ),
    },
  );
  const [starts, ends] = [answer.numbers('start_time'), answer.numbers('end_time')];
  const [p50, p95] = [answer.nullableNumbers('p50'), answer.nullableNumbers('p95')];
  const ms = (bucket: number | null | undefined) => (bucket == null ? null : midpointMs(bucket));
  const ranks = new Map(
    answer
      .texts('target_id')
      .map((targetId, row) => [
        keyOf({ targetId, startUs: starts[row]!, endUs: ends[row]! }),
        { p50Ms: ms(p50[row]), p95Ms: ms(p95[row]) },
      ]),
  );
  return (targetId, { startUs, endUs }) => ranks.get(keyOf({ targetId, startUs, endUs }));
}

/** SQL: the rank of a percentile among all attempts that count. */
const rank = (percent: number): string =>
  `greatest(1, ceil((coalesce(due.completed, 0) + due.censored) * ${percent} / 100.0))`;
