import { useMemo } from 'react';
import type { TargetState } from '../../../shared/contract/questions';
import { useNow } from '../../components/use-now';
import { seenBy } from '../../format/prober';
import { ATTENTION } from '../../format/state';
import { type ShownTarget, stateOf, titleOf } from '../../format/target';
import { useBeats } from '../../stores/beat-store';
import { useTargets } from '../../stores/target-store';
import { type Order, sortBy } from './overview-order';

/** Those that match, problems first, by name within a state. @param probeId whose states count; null = all together */
export function arrange(
  targets: readonly ShownTarget[],
  states: ReadonlyMap<string, TargetState>,
  search: string,
  onlyState: string | null,
  probeId: string | null = null,
): ShownTarget[] {
  const wanted = search.trim().toLowerCase();
  const matching = targets.filter(
    (target) =>
      (onlyState === null || stateOf(target, states, probeId) === onlyState) &&
      (wanted === '' ||
        `${target.name}\n${target.displayUrl}\n${target.tags.join('\n')}`.toLowerCase().includes(wanted)),
  );
  const rank = new Map(
    matching.map((target) => [target.id, ATTENTION.indexOf(stateOf(target, states, probeId))]),
  );
  return matching.sort(
    (a, b) =>
      (rank.get(a.id) ?? 0) - (rank.get(b.id) ?? 0) ||
      titleOf(a).localeCompare(titleOf(b), undefined, { numeric: true }),
  );
}

function seenByAll(states: ReadonlyMap<string, TargetState>, probeId: string) {
  const seen = new Map<string, TargetState>();
  for (const [id, state] of states) {
    const own = seenBy(state, probeId);
    if (own !== undefined) seen.set(id, own);
  }
  return seen;
}

/** Numbers change with every probe: rows that are sorted by one change places at most this often, so that they can be read. */
const SORT_AGAIN_MS = 5000;
const NEVER_MS = 2 ** 31 - 1;

/** Arranged anew only when a state, the list, the filter or the order changes, not with every latency. */
export function useShownTargets(
  search: string,
  onlyState: string | null,
  sort: Order['sort'],
  probeId: string | null,
): readonly ShownTarget[] | null {
  const version = useTargets((held) => held.stateVersion);
  // Whom a prober has measured in the last month, also where it is silent now.
  const measured = useBeats((held) => (probeId === null ? null : held.uptimes));
  const now = useNow(sort === null || sort.key === 'name' ? NEVER_MS : SORT_AGAIN_MS);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version stands for targets and states, `now` for their numbers
  return useMemo(() => {
    const { all, states } = useTargets.getState();
    if (all === null) return null;
    const seen = probeId === null ? states : seenByAll(states, probeId);
    const own = probeId === null ? all : all.filter(({ id }) => seen.has(id) || measured?.has(id));
    const matching = arrange(own, states, search, onlyState, probeId);
    return sort === null ? matching : sortBy(matching, sort, { states: seen, ...useBeats.getState() });
  }, [version, now, search, onlyState, sort, probeId, measured]);
}
