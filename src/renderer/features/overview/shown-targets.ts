import { useMemo } from 'react';
import type { TargetView } from '../../../shared/contract/commands';
import type { TargetState } from '../../../shared/contract/questions';
import { useNow } from '../../components/use-now';
import { ATTENTION } from '../../format/state';
import { stateOf, titleOf } from '../../format/target';
import { useBeats } from '../../stores/beat-store';
import { useTargets } from '../../stores/target-store';
import { type Order, sortBy } from './overview-order';

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

/** Numbers change with every probe: rows that are sorted by one change places at most this often, so that they can be read. */
const SORT_AGAIN_MS = 5000;
const NEVER_MS = 2 ** 31 - 1;

/** Arranged anew only when a state, the list, the filter or the order changes, not with every latency. */
export function useShownTargets(
  search: string,
  onlyState: string | null,
  sort: Order['sort'],
): readonly TargetView[] | null {
  const version = useTargets((held) => held.stateVersion);
  const now = useNow(sort === null || sort.key === 'name' ? NEVER_MS : SORT_AGAIN_MS);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version stands for targets and states, `now` for their numbers
  return useMemo(() => {
    const { targets, states } = useTargets.getState();
    if (targets === null) return null;
    const matching = arrange(targets, states, search, onlyState);
    return sort === null ? matching : sortBy(matching, sort, { states, ...useBeats.getState() });
  }, [version, now, search, onlyState, sort]);
}
