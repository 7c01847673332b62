import type { Range } from '../../../shared/contract/questions';
import type { LakeView } from '../lake-view';
import type { Scope } from './scope';
import { instant, type SqlValues, text } from './sql-values';

export interface RawSource {
  /** A table expression; `values` are its parameters. */
  from: string;
  values: SqlValues;
}

/**
 * Rows of `lake1_raw` with an instant in `range`: what was due in it, and the missed rows
 * that begin before it and reach in. The two are apart so that each is restricted by the files' statistics.
 */
export function rawSource(view: LakeView, scope: Scope | null, range: Range): RawSource {
  const values: SqlValues = { raw_from: instant(range.fromUs), raw_to: instant(range.toUs) };
  const { targetId, probeId } = scope ?? { targetId: null, probeId: null };
  if (targetId !== null) values.raw_target = text(targetId);
  if (probeId !== null) values.raw_prober = text(probeId);
  const inScope =
    (targetId === null ? '' : ' AND target_id = $raw_target') +
    (probeId === null ? '' : ' AND probe_id = $raw_prober');
  const table = view.raw(range);
  return {
    from: `(SELECT * FROM ${table} WHERE timestamp >= $raw_from AND timestamp < $raw_to${inScope}
      UNION ALL
      SELECT * FROM ${table} WHERE missed_until >= $raw_from AND timestamp < $raw_from${inScope})`,
    values,
  };
}

export const IS_FINAL = `(is_final_attempt OR outcome = 'missed')`;
/** Whose latency counts: as in windows, an attempt that taught nothing is none of them. */
export const IS_COMPLETED = `(is_final_attempt AND outcome NOT IN ('unknown', 'missed') AND latency_ms IS NOT NULL
  AND (failure_phase IS NULL OR failure_phase = 'assertion'))`;
/** Attempts that rank above every latency. */
export const IS_CENSORED = `(is_final_attempt AND outcome NOT IN ('unknown', 'missed')
  AND failure_phase IS NOT DISTINCT FROM 'timeout')`;

const MISSED_COUNT = 'greatest(coalesce(missed_count, 1), 1)';

/**
 * SQL: how many due instants of a missed row lie before an instant. As in windows, instant i of n lies
 * round(i · (until − timestamp) / (n − 1)) µs after the row's timestamp; so those count whose unrounded distance is
 * less than the asked one less half a µs, in whole numbers: i · 2 · span < (2 · distance − 1) · (n − 1).
 * @param us SQL for the instant, µs as BIGINT
 */
export function missedBefore(us: string): string {
  const span = '(epoch_us(missed_until) - epoch_us(timestamp))';
  const distance = `(${us} - epoch_us(timestamp))`;
  const doubled = `((2 * ${distance} - 1)::HUGEINT * (${MISSED_COUNT} - 1))`;
  return `(CASE
    WHEN ${distance} <= 0 THEN 0
    WHEN ${MISSED_COUNT} = 1 OR coalesce(missed_until <= timestamp, true) OR ${distance} > ${span}
      THEN ${MISSED_COUNT}
    ELSE CAST((${doubled} + 2 * ${span} - 1) // (2 * ${span}) AS BIGINT)
  END)`;
}
