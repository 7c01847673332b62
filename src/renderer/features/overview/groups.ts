import type { TargetView } from '../../../shared/contract/commands';
import type { TargetState } from '../../../shared/contract/questions';
import { ATTENTION, type StateName } from '../../format/state';
import { stateOf } from '../../format/target';
import type { GroupKey } from './overview-order';

/** Targets that share a state, a tag or a host. */
export interface Group {
  /** The state, the tag or the host; null for those without any. */
  name: string | null;
  targets: readonly TargetView[];
  /** How many are in each state, worst first; states that nobody is in are left out. */
  counts: readonly (readonly [state: StateName, count: number])[];
}

/** A line of the list. A target with several tags stands in several groups: `key` tells them apart. */
export type Line = { key: string; group: Group } | { key: string; group: null; target: TargetView };

function hostOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).host : null;
}

function namesOf(target: TargetView, by: GroupKey, states: ReadonlyMap<string, TargetState>) {
  if (by === 'state') return [stateOf(target, states)];
  if (by === 'host') return [hostOf(target.displayUrl)];
  return target.tags.length === 0 ? [null] : target.tags;
}

function countsOf(targets: readonly TargetView[], states: ReadonlyMap<string, TargetState>) {
  return ATTENTION.map((state) => {
    const count = targets.filter((target) => stateOf(target, states) === state).length;
    return [state, count] as const;
  }).filter(([, count]) => count > 0);
}

/** Groups in order of their worst state, then of their name; within a group the given order. */
export function groupsOf(
  targets: readonly TargetView[],
  by: GroupKey,
  states: ReadonlyMap<string, TargetState>,
): Group[] {
  const members = new Map<string | null, TargetView[]>();
  for (const target of targets) {
    for (const name of new Set(namesOf(target, by, states))) {
      const inside = members.get(name);
      if (inside === undefined) members.set(name, [target]);
      else inside.push(target);
    }
  }
  const groups = [...members].map(([name, inside]) => ({
    name,
    targets: inside,
    counts: countsOf(inside, states),
  }));
  const worst = ({ counts }: Group) => ATTENTION.indexOf(counts[0]?.[0] ?? 'up');
  return groups.sort(
    (a, b) =>
      worst(a) - worst(b) ||
      (a.name ?? '\uffff').localeCompare(b.name ?? '\uffff', undefined, { numeric: true }),
  );
}

export function linesOf(targets: readonly TargetView[], groups: readonly Group[] | null): Line[] {
  if (groups === null) return targets.map((target) => ({ key: target.id, group: null, target }));
  return groups.flatMap((group) => [
    { key: `group ${group.name}`, group },
    ...group.targets.map((target) => ({ key: `${group.name} ${target.id}`, group: null, target })),
  ]);
}
