import type { Range, Series } from '../../../shared/contract/questions';
import { OUTCOMES, type Outcome } from '../../../shared/domain/outcome';
import type { Question } from './question';
import { IS_COMPLETED, IS_FINAL, missedBefore, rawSource } from './raw-source';
import type { Scope } from './scope';
import { integer } from './sql-values';

/**
 * One point per final attempt, ascending; those of several probers beside each other, each with its own. A missed row is one point, at the first instant inside the range that it
 * stands for, with their number. `latencyMs` is what was measured; `minMs` to `p99Ms` hold it where the response
 * completed.
 * @returns null when there are more than `maxPoints`
 */
export async function seriesPoints(
  { session, view }: Question,
  scope: Scope,
  range: Range,
  maxPoints: number,
): Promise<Series | null> {
  const source = rawSource(view, scope, range);
  const missedBeforeFrom = missedBefore('epoch_us($raw_from)');
  const missed = `(${missedBefore('epoch_us($raw_to)')} - ${missedBeforeFrom})`;
  // The first instant at or after the range's start: index · span / (n − 1) after the row's timestamp.
  const firstInside = `CASE WHEN timestamp >= $raw_from THEN epoch_us(timestamp)
    ELSE epoch_us(timestamp) + CAST(round(${missedBeforeFrom}::DOUBLE
      * (epoch_us(missed_until) - epoch_us(timestamp)) / greatest(missed_count - 1, 1)) AS BIGINT) END`;
  const answer = await session.query(
    `SELECT * FROM (
       SELECT ${firstInside} AS at_us, probe_id, seq, outcome, latency_ms,
         ${IS_COMPLETED} AS completed,
         CASE WHEN outcome = 'missed' THEN ${missed} ELSE 0 END AS missed
       FROM ${source.from} WHERE ${IS_FINAL})
     WHERE outcome <> 'missed' OR missed > 0
     LIMIT $max_points`,
    { ...source.values, max_points: integer(maxPoints + 1) },
  );
  if (answer.rowCount > maxPoints) return null;

  const atUs = answer.numbers('at_us');
  const probe = answer.texts('probe_id');
  const seq = answer.numbers('seq');
  const order = atUs
    .map((_, row) => row)
    .sort((a, b) => atUs[a]! - atUs[b]! || compareTexts(probe[a]!, probe[b]!) || seq[a]! - seq[b]!);
  const inOrder = <T>(column: readonly T[]): T[] => order.map((row) => column[row]!);

  const of = inOrder(probe);
  const ids = [...new Set(probe)].sort(compareTexts);
  const outcome = inOrder(answer.texts('outcome').map(asOutcome));
  const latencyMs = inOrder(answer.nullableNumbers('latency_ms'));
  const completed = inOrder(answer.booleans('completed'));
  const completedMs = latencyMs.map((latency, row) => (completed[row] ? latency : null));
  const countOf = (...counted: Outcome[]) => outcome.map((state) => (counted.includes(state) ? 1 : 0));
  return {
    kind: 'raw',
    source: 'raw',
    bucketUs: null,
    probers: { ids, of: ids.length < 2 ? [] : of.map((id) => ids.indexOf(id)) },
    timestampUs: inOrder(atUs),
    outcome,
    latencyMs,
    minMs: completedMs,
    maxMs: completedMs,
    p50Ms: completedMs,
    p95Ms: completedMs,
    p99Ms: completedMs,
    total: countOf('up', 'degraded', 'down'),
    errors: countOf('down'),
    degraded: countOf('degraded'),
    unknown: countOf('unknown'),
    missed: inOrder(answer.numbers('missed')),
  };
}

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** What a newer version may have written and this one does not know reads as `unknown`. */
function asOutcome(value: string): Outcome {
  return OUTCOMES.find((outcome) => outcome === value) ?? 'unknown';
}
