import type { Range } from '../../../shared/contract/questions';
import type { WindowRow } from '../../../shared/domain/window-row';
import type { LakeView } from '../lake-view';
import { isInScope, type Scope } from './scope';
import { instant, instants, type SqlValues, text, texts } from './sql-values';

/** No window is longer than an hour, so what overlaps an instant starts at most this long before it. */
export const MAX_WINDOW_US = 3_600_000_000;

/** Rows of `lake2_metrics` without those that memory replaces, and beside them the replacing ones. */
export interface WindowSource {
  /** A table expression; `values` are its parameters. */
  from: string;
  values: SqlValues;
  overlay: readonly WindowRow[];
}

/**
 * Windows whose `start_time` lies in `starts`.
 * @param scope null = everything
 * @param overlay rows in memory, which win over rows in files with the same key
 */
export function windowSource(
  lake: { view: LakeView; overlay: readonly WindowRow[] },
  scope: Scope | null,
  starts: Range,
): WindowSource {
  const overlay = lake.overlay.filter(
    (row) => row.start_time >= starts.fromUs && row.start_time < starts.toUs && isInScope(row, scope),
  );
  const values: SqlValues = { starts_from: instant(starts.fromUs), starts_to: instant(starts.toUs) };
  const conditions = ['w.start_time >= $starts_from', 'w.start_time < $starts_to'];
  if (scope?.targetId != null) {
    conditions.push('w.target_id = $window_target');
    values.window_target = text(scope.targetId);
  }
  if (scope?.probeId != null) {
    conditions.push('w.probe_id = $window_prober');
    values.window_prober = text(scope.probeId);
  }
  if (overlay.length > 0) {
    conditions.push(NOT_REPLACED);
    values.overlay_targets = texts(overlay.map((row) => row.target_id));
    values.overlay_probes = texts(overlay.map((row) => row.probe_id));
    values.overlay_starts = instants(overlay.map((row) => row.start_time));
  }
  return {
    from: `(SELECT w.* FROM ${lake.view.windows(starts)} AS w WHERE ${conditions.join(' AND ')})`,
    values,
    overlay,
  };
}

const NOT_REPLACED = `NOT EXISTS (
  SELECT 1 FROM (
    SELECT unnest($overlay_targets) AS target_id, unnest($overlay_probes) AS probe_id,
           unnest($overlay_starts) AS start_time
  ) AS o
  WHERE o.target_id = w.target_id AND o.probe_id = w.probe_id AND o.start_time = w.start_time)`;
