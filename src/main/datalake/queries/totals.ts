import type { Range, Totals } from '../../../shared/contract/questions';
import type { AnswerColumns } from './answer-columns';
import type { Question } from './question';
import { edgeRows, findEdges } from './range-edges';
import { IS_CENSORED, IS_COMPLETED } from './raw-source';
import type { Scope } from './scope';
import { instant } from './sql-values';
import { windowSource } from './window-source';

/** What adds up over windows and attempts. */
const SUMMED = ['total', 'errors', 'degraded', 'unknown', 'missed', 'censored', 'late', 'completed'] as const;
type Sums = Record<(typeof SUMMED)[number] | 'windows' | 'sumUs', number> & {
  minMs: number | null;
  maxMs: number | null;
};

/**
 * Counts and extremes of a range: from the windows that lie wholly inside, and from the attempts of those that lie
 * across its ends, so that the range may begin and end anywhere. `windows` counts both.
 */
export async function totals(question: Question, scope: Scope, range: Range): Promise<Totals> {
  const inside = windowSource(question, scope, range);
  const parts = [
    readSums(
      await question.session.query(
        `SELECT count(*) AS windows, sum(total_pings) AS total, sum(error_count) AS errors,
           sum(degraded_count) AS degraded, sum(unknown_count) AS unknown, sum(missed_count) AS missed,
           sum(censored_count) AS censored, sum(late_count) AS late, sum(list_sum(hist_counts)) AS completed,
           sum(latency_sum_us) AS sum_us, min(min_latency) AS min_ms, max(max_latency) AS max_ms
         FROM ${inside.from} WHERE end_time <= $range_end`,
        { ...inside.values, range_end: instant(range.toUs) },
      ),
    ),
    ...inside.overlay
      .filter((row) => row.end_time <= range.toUs)
      .map((row) => ({
        windows: 1,
        total: row.total_pings,
        errors: row.error_count,
        degraded: row.degraded_count,
        unknown: row.unknown_count,
        missed: row.missed_count,
        censored: row.censored_count,
        late: row.late_count,
        completed: row.hist_counts.reduce((sum, count) => sum + count, 0),
        sumUs: row.latency_sum_us,
        minMs: row.min_latency,
        maxMs: row.max_latency,
      })),
  ];
  const edges = await findEdges(question, scope, range);
  for (const rows of edgeRows(question, scope, range, edges)) {
    const isFinal = 'inside AND is_final_attempt';
    const answer = await question.session.query(
      `SELECT 0 AS windows,
         count(*) FILTER (WHERE ${isFinal} AND outcome IN ('up', 'degraded', 'down')) AS total,
         count(*) FILTER (WHERE ${isFinal} AND outcome = 'down') AS errors,
         count(*) FILTER (WHERE ${isFinal} AND outcome = 'degraded') AS degraded,
         count(*) FILTER (WHERE ${isFinal} AND outcome = 'unknown') AS unknown,
         sum(missed_inside) AS missed,
         count(*) FILTER (WHERE inside AND ${IS_CENSORED}) AS censored,
         count(*) FILTER (WHERE inside AND late) AS late,
         count(*) FILTER (WHERE inside AND ${IS_COMPLETED}) AS completed,
         sum(CAST(round(latency_ms * 1000) AS BIGINT)) FILTER (WHERE inside AND ${IS_COMPLETED}) AS sum_us,
         min(latency_ms) FILTER (WHERE inside AND ${IS_COMPLETED}) AS min_ms,
         max(latency_ms) FILTER (WHERE inside AND ${IS_COMPLETED}) AS max_ms
       FROM ${rows.from}`,
      rows.values,
    );
    parts.push(readSums(answer));
  }
  return summarize(scope.targetId, range, parts, edges.length);
}

function readSums(answer: AnswerColumns): Sums {
  const one = (name: string) => answer.nullableNumbers(name)[0] ?? null;
  const sums = {
    windows: one('windows') ?? 0,
    sumUs: one('sum_us') ?? 0,
    minMs: one('min_ms'),
    maxMs: one('max_ms'),
  };
  const counts = SUMMED.map((name) => [name, one(name) ?? 0] as const);
  return { ...sums, ...(Object.fromEntries(counts) as Record<(typeof SUMMED)[number], number>) };
}

function summarize(targetId: string | null, range: Range, parts: readonly Sums[], edges: number): Totals {
  const sum = (name: (typeof SUMMED)[number] | 'windows' | 'sumUs') =>
    parts.reduce((total, part) => total + part[name], 0);
  const known = (values: readonly (number | null)[]) => values.filter((value) => value !== null);
  const least = known(parts.map((part) => part.minMs));
  const most = known(parts.map((part) => part.maxMs));
  const [total, errors, unknown, missed, completed] = [
    sum('total'),
    sum('errors'),
    sum('unknown'),
    sum('missed'),
    sum('completed'),
  ];
  const due = total + unknown + missed;
  return {
    targetId,
    range,
    windows: sum('windows') + edges,
    totalPings: total,
    errorCount: errors,
    degradedCount: sum('degraded'),
    unknownCount: unknown,
    missedCount: missed,
    censoredCount: sum('censored'),
    lateCount: sum('late'),
    uptimePct: total === 0 ? null : ((total - errors) / total) * 100,
    coveragePct: due === 0 ? null : (100 * total) / due,
    avgMs: completed === 0 ? null : sum('sumUs') / 1000 / completed,
    minMs: least.length === 0 ? null : least.reduce((a, b) => Math.min(a, b)),
    maxMs: most.length === 0 ? null : most.reduce((a, b) => Math.max(a, b)),
  };
}
