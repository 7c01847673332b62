import { useMemo } from 'react';
import type { TargetView } from '../../../shared/contract/commands';
import type { TargetState } from '../../../shared/contract/questions';
import { ATTENTION, type StateName } from '../../format/state';
import { useTargets } from '../../stores/target-store';
import { titleOf } from '../target-actions';

export function stateOf(target: TargetView, states: ReadonlyMap<string, TargetState>): StateName {
  return target.paused ? 'paused' : (states.get(target.id)?.state ?? 'noData');
}

/** Those that match, problems first, by name within a state. */
export function arrange(
  targets: readonly TargetView[],
  states: ReadonlyMap<string, TargetState>,
  search: string,
  onlyState: string | null,
): TargetView[] {
  const wanted = search.trim().toLowerCase();
  const matching = targets.filter(
    (target) =>
      (onlyState === null || stateOf(target, states) === onlyState) &&
      (wanted === '' ||
        `${target.name}\n${target.displayUrl}\n${target.tags.join('\n')}`.toLowerCase().includes(wanted)),
  );
  const rank = new Map(matching.map((target) => [target.id, ATTENTION.indexOf(stateOf(target, states))]));
  return matching.sort(
    (a, b) =>
      (rank.get(a.id) ?? 0) - (rank.get(b.id) ?? 0) ||
      titleOf(a).localeCompare(titleOf(b), undefined, { numeric: true }),
  );
}

/** Arranged anew only when a state, the list or the filter changes, not with every latency. */
export function useShownTargets(search: string, onlyState: string | null): readonly TargetView[] | null {
  const version = useTargets((held) => held.stateVersion);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version stands for targets and states
  return useMemo(() => {
    const { targets, states } = useTargets.getState();
    return targets === null ? null : arrange(targets, states, search, onlyState);
  }, [version, search, onlyState]);
}
