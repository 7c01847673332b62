import type { TargetState } from '../../../shared/contract/questions';
import { ATTENTION, type StateName } from '../../format/state';
import { type ShownTarget, stateOf } from '../../format/target';
import type { GroupKey } from './overview-order';

/** Targets that share a state, a tag or a host. */
export interface Group {
  /** The state, the tag or the host; null for those without any. */
  name: string | null;
  targets: readonly ShownTarget[];
  /** How many are in each state, worst first; states that nobody is in are left out. */
  counts: readonly (readonly [state: StateName, count: number])[];
}

/** A line of the list. A target with several tags stands in several groups: `key` tells them apart. */
export type Line = { key: string; group: Group } | { key: string; group: null; target: ShownTarget };

function hostOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).host : null;
}

type NameState = (target: ShownTarget) => StateName;

function namesOf(target: ShownTarget, by: GroupKey, stateFor: NameState) {
  if (by === 'state') return [stateFor(target)];
  if (by === 'host') return [hostOf(target.displayUrl)];
  return target.tags.length === 0 ? [null] : target.tags;
}

function countsOf(targets: readonly ShownTarget[], stateFor: NameState) {
  return ATTENTION.map((state) => {
    const count = targets.filter((target) => stateFor(target) === state).length;
    return [state, count] as const;
  }).filter(([, count]) => count > 0);
}

/** Groups in order of their worst state, then of their name; within a group the given order. */
export function groupsOf(
  targets: readonly ShownTarget[],
  by: GroupKey,
  states: ReadonlyMap<string, TargetState>,
  probeId: string | null = null,
): Group[] {
  const stateFor = (target: ShownTarget) => stateOf(target, states, probeId);
  const members = new Map<string | null, ShownTarget[]>();
  for (const target of targets) {
    for (const name of new Set(namesOf(target, by, stateFor))) {
      const inside = members.get(name);
      if (inside === undefined) members.set(name, [target]);
      else inside.push(target);
    }
  }
  const groups = [...members].map(([name, inside]) => ({
    name,
    targets: inside,
    counts: countsOf(inside, stateFor),
  }));
  const worst = ({ counts }: Group) => ATTENTION.indexOf(counts[0]?.[0] ?? 'up');
  return groups.sort(
    (a, b) =>
      worst(a) - worst(b) ||
      (a.name ?? '\uffff').localeCompare(b.name ?? '\uffff', undefined, { numeric: true }),
  );
}

export function linesOf(targets: readonly ShownTarget[], groups: readonly Group[] | null): Line[] {
  if (groups === null) return targets.map((target) => ({ key: target.id, group: null, target }));
  return groups.flatMap((group) => [
    { key: `group ${group.name}`, group },
    ...group.targets.map((target) => ({ key: `${group.name} ${target.id}`, group: null, target })),
  ]);
}
