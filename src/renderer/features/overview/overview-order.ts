import type { Beat, UptimeSpan } from '../../../shared/contract/overview';
import type { TargetState } from '../../../shared/contract/questions';
import { type ShownTarget, titleOf } from '../../format/target';
import type { Route } from '../../stores/route-store';

/** What a list can be sorted by, and the direction a first click gives: what wants attention stands on top. */
export const SORTS = {
  name: 'ascending',
  now: 'descending',
  p95: 'descending',
  day: 'ascending',
  week: 'ascending',
  month: 'ascending',
  failure: 'descending',
} as const;
export type SortKey = keyof typeof SORTS;
export type Direction = 'ascending' | 'descending';
export const GROUPS = ['state', 'tag', 'host'] as const;
export type GroupKey = (typeof GROUPS)[number];

/** As it stands in the address: `sort=now`, `sort=-now` for the other way round, `group=tag`. */
export interface Order {
  /** Null = problems first. */
  sort: { key: SortKey; direction: Direction } | null;
  group: GroupKey | null;
}

const REVERSED: Record<Direction, Direction> = { ascending: 'descending', descending: 'ascending' };
const isSort = (key: string): key is SortKey => Object.hasOwn(SORTS, key);
const isGroup = (key: string | undefined): key is GroupKey => GROUPS.some((one) => one === key);

/** What the address says; what it says and is no order counts for nothing. */
export function readOrder(query: Route['query']): Order {
  const text = query.get('sort') ?? '';
  const key = text.replace(/^-/, '');
  const group = query.get('group');
  const direction = isSort(key) ? (text === key ? SORTS[key] : REVERSED[SORTS[key]]) : null;
  return {
    sort: isSort(key) && direction !== null ? { key, direction } : null,
    group: isGroup(group) ? group : null,
  };
}

/** The address after a click on a column: first its own direction, then the other, then problems first again. */
export function nextSort({ sort }: Order, key: SortKey): string | null {
  if (sort?.key !== key) return key;
  return sort.direction === SORTS[key] ? `-${key}` : null;
}

/** What the rows show, for sorting by it. */
export interface Shown {
  states: ReadonlyMap<string, TargetState>;
  beats: ReadonlyMap<string, readonly Beat[]>;
  uptimes: ReadonlyMap<string, readonly UptimeSpan[]>;
}

/** The number a target is sorted by; null where there is none. */
function shownValue(key: Exclude<SortKey, 'name'>, { id, paused }: ShownTarget, shown: Shown): number | null {
  switch (key) {
    case 'now':
      return paused ? null : (shown.states.get(id)?.latencyMs ?? null);
    case 'failure':
      return shown.states.get(id)?.lastFailure?.timestampUs ?? null;
    case 'p95':
      return shown.beats.get(id)?.findLast((beat) => beat.totalPings > 0)?.p95Ms ?? null;
    default:
      return shown.uptimes.get(id)?.[{ day: 0, week: 1, month: 2 }[key]]?.uptimePct ?? null;
  }
}

/** Sorts by a column; what has no value there stays at the end whichever the direction, and equals keep their order. */
export function sortBy(
  targets: readonly ShownTarget[],
  { key, direction }: NonNullable<Order['sort']>,
  shown: Shown,
): ShownTarget[] {
  const sign = direction === 'ascending' ? 1 : -1;
  if (key === 'name') {
    return [...targets].sort(
      (a, b) => sign * titleOf(a).localeCompare(titleOf(b), undefined, { numeric: true }),
    );
  }
  const values = new Map(targets.map((target) => [target.id, shownValue(key, target, shown)]));
  return [...targets].sort((a, b) => {
    const [left, right] = [values.get(a.id) ?? null, values.get(b.id) ?? null];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    return sign * (left - right);
  });
}
