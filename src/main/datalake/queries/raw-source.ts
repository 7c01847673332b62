import type { Range } from '../../../shared/contract/questions';
import type { LakeView } from '../lake-view';
import { instant, type SqlValues, text } from './sql-values';

export interface RawSource {
  /** A table expression; `values` are its parameters. */
  from: string;
  values: SqlValues;
}

/**
 * Rows of `lake1_raw` of one target (null = all) with an instant in `range`: what was due in it, and the missed rows
 * that begin before it and reach in. The two are apart so that each is restricted by the files' statistics.
 */
export function rawSource(view: LakeView, targetId: string | null, range: Range): RawSource {
  const values: SqlValues = { raw_from: instant(range.fromUs), raw_to: instant(range.toUs) };
  if (targetId !== null) values.raw_target = text(targetId);
  const ofTarget = targetId === null ? '' : ' AND target_id = $raw_target';
  const table = view.raw(range);
  return {
    from: `(SELECT * FROM ${table} WHERE timestamp >= $raw_from AND timestamp < $raw_to${ofTarget}
      UNION ALL
      SELECT * FROM ${table} WHERE missed_until >= $raw_from AND timestamp < $raw_from${ofTarget})`,
    values,
  };
}

export const IS_FINAL = `(is_final_attempt OR outcome = 'missed')`;
/** As `hasCompleted` of the event's domain. */
export const IS_COMPLETED = `(is_final_attempt AND latency_ms IS NOT NULL
  AND (failure_phase IS NULL OR failure_phase = 'assertion'))`;
/** As `isCensored` of the event's domain. */
export const IS_CENSORED = `(is_final_attempt AND failure_phase IS NOT DISTINCT FROM 'timeout')`;

const MISSED_COUNT = 'coalesce(missed_count, 1)';

/**
 * SQL: how many due instants of a missed row lie before an instant. They are spread evenly from `timestamp` to
 * `missed_until`: instant i of n is timestamp + i · (until − timestamp) / (n − 1).
 * @param us SQL for the instant, µs as BIGINT
 */
export function missedBefore(us: string): string {
  const span = '(epoch_us(missed_until) - epoch_us(timestamp))';
  const after = `(${us} - epoch_us(timestamp))`;
  return `(CASE
    WHEN ${after} <= 0 THEN 0
    WHEN coalesce(missed_until <= timestamp, true) OR ${after} > ${span} THEN ${MISSED_COUNT}
    ELSE CAST((${after}::HUGEINT * (${MISSED_COUNT} - 1) + ${span} - 1) // ${span} AS BIGINT)
  END)`;
}
