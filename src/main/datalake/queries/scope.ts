import type { WindowRow } from '../../../shared/domain/window-row';

/** Whose rows a question is about. */
export interface Scope {
  /** Null = all targets. */
  targetId: string | null;
  /** Null = all probers together. */
  probeId: string | null;
}

/** Whether a window in memory is one of them. @param scope null = everything */
export function isInScope(row: Pick<WindowRow, 'target_id' | 'probe_id'>, scope: Scope | null): boolean {
  return (
    (scope === null || scope.targetId === null || row.target_id === scope.targetId) &&
    (scope === null || scope.probeId === null || row.probe_id === scope.probeId)
  );
}
