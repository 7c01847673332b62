import type { Topic, TopicSource, TopicSources } from '../../shared/contract/pushes';

/** For tests: sources with nothing in them, and a way to tell changes. */
export function createQuietSources() {
  const listeners = new Map<Topic, Set<(change: never) => void>>();
  const sourceOf = <T extends Topic>(topic: T): TopicSource<T> => ({
    snapshot: () => [] as never,
    listen: (onChange) => {
      const set = listeners.get(topic) ?? new Set();
      listeners.set(topic, set.add(onChange as (change: never) => void));
      return () => void set.delete(onChange as (change: never) => void);
    },
  });
  const sources = {
    targets: sourceOf('targets'),
    states: sourceOf('states'),
    probes: sourceOf('probes'),
    windows: sourceOf('windows'),
    health: sourceOf('health'),
    exports: sourceOf('exports'),
    settings: sourceOf('settings'),
  } satisfies TopicSources;
  return {
    sources,
    tell: (topic: Topic, change: unknown) => {
      for (const listener of listeners.get(topic) ?? []) listener(change as never);
    },
    listening: () => [...listeners.values()].reduce((sum, set) => sum + set.size, 0),
  };
}
