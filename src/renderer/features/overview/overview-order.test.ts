import { describe, expect, it } from 'vitest';
import type { TargetView } from '../../../shared/contract/commands';
import type { TargetState } from '../../../shared/contract/questions';
import { groupsOf, linesOf } from './groups';
import { nextSort, readOrder, type Shown, type SortKey, sortBy } from './overview-order';

const order = (text: string) => readOrder(new Map(new URLSearchParams(text)));

function target(id: string, tags: string[] = [], displayUrl = `http://${id}.example/`): TargetView {
  return { id, name: id, displayUrl, tags, paused: false } as unknown as TargetView;
}
const state = (targetId: string, name: TargetState['state'], latencyMs: number | null = null) =>
  [targetId, { targetId, state: name, latencyMs, lastFailure: null } as unknown as TargetState] as const;

describe('the order in the address', () => {
  it('is none, a column in its own direction, or the other way round', () => {
    expect(order('')).toEqual({ sort: null, group: null });
    expect(order('sort=now&group=tag')).toEqual({
      sort: { key: 'now', direction: 'descending' },
      group: 'tag',
    });
    expect(order('sort=-now').sort).toEqual({ key: 'now', direction: 'ascending' });
    expect(order('sort=day').sort).toEqual({ key: 'day', direction: 'ascending' });
  });

  it('counts for nothing when it is no order', () => {
    for (const text of ['sort=size', 'sort=--now', 'sort=toString', 'group=colour', 'group=']) {
      expect(order(text), text).toEqual({ sort: null, group: null });
    }
  });

  it('goes round with each click: own direction, the other, problems first', () => {
    const clicks = (text: string, key: SortKey) => nextSort(order(text), key);
    expect(clicks('', 'now')).toBe('now');
    expect(clicks('sort=now', 'now')).toBe('-now');
    expect(clicks('sort=-now', 'now')).toBe(null);
    expect(clicks('sort=-now', 'name')).toBe('name');
  });
});

describe('sorting by a column', () => {
  const shown: Shown = {
    states: new Map([state('a', 'up', 5), state('b', 'up', 50), state('c', 'down')]),
    beats: new Map(),
    uptimes: new Map(),
  };
  const names = (text: string) => {
    const { sort } = order(text);
    if (sort === null) throw new Error('no order');
    return sortBy([target('a'), target('c'), target('b')], sort, shown).map(({ id }) => id);
  };

  it('puts what has no value last, whichever the direction', () => {
    expect(names('sort=now')).toEqual(['b', 'a', 'c']);
    expect(names('sort=-now')).toEqual(['a', 'b', 'c']);
  });

  it('keeps the given order where nothing has a value', () => {
    expect(names('sort=p95')).toEqual(['a', 'c', 'b']);
  });

  it('reads names as people do', () => {
    const sorted = sortBy(
      [target('web 10'), target('web 9')],
      { key: 'name', direction: 'ascending' },
      shown,
    );
    expect(sorted.map(({ id }) => id)).toEqual(['web 9', 'web 10']);
  });
});

describe('groups', () => {
  const targets = [target('a', ['shop']), target('b', ['mail', 'shop']), target('c')];
  const states = new Map([state('a', 'up'), state('b', 'down'), state('c', 'up')]);

  it('stand in order of their worst state, the nameless last of their like, each with its counts', () => {
    const groups = groupsOf(targets, 'tag', states);
    expect(groups.map(({ name, counts }) => [name, counts])).toEqual([
      ['mail', [['down', 1]]],
      [
        'shop',
        [
          ['down', 1],
          ['up', 1],
        ],
      ],
      [null, [['up', 1]]],
    ]);
  });

  it('of hosts take the port in; an address that is none has no host', () => {
    const urls = ['http://h:1/x', 'http://h:1/y', 'http://h:2/', 'no url'];
    const groups = groupsOf(
      urls.map((url, at) => target(`t${at}`, [], url)),
      'host',
      new Map(),
    );
    expect(groups.map(({ name, targets: inside }) => [name, inside.length])).toEqual([
      ['h:1', 2],
      ['h:2', 1],
      [null, 1],
    ]);
  });

  it('give every line a key of its own, also to a target with several tags', () => {
    const lines = linesOf(targets, groupsOf(targets, 'tag', states));
    expect(lines).toHaveLength(3 + 4);
    expect(new Set(lines.map(({ key }) => key)).size).toBe(lines.length);
  });
});
