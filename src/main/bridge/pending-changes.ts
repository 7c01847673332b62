import { type PushPayload, pushes, type Topic } from '../../shared/contract/pushes';
import { type WindowRow, windowKeyOf } from '../../shared/domain/window-row';

/** What waits for one subscriber of one topic, merged by the topic's mode. */
export interface PendingChanges<P> {
  /** Merges a change in. False when more than the cap waits: everything was let go, only a snapshot can tell it now. */
  add(change: P): boolean;
  /** What waits, merged, or null when nothing does. Nothing waits afterwards. */
  take(): P | null;
  clear(): void;
  /** Lets go of what a snapshot, taken while these changes came in, holds already. */
  settle(snapshot: P): void;
  readonly isEmpty: boolean;
}

/** `whole`: only the latest counts. */
function wholeChanges<P>(): PendingChanges<P> {
  let latest: { payload: P } | null = null;
  return {
    add(change) {
      latest = { payload: change };
      return true;
    },
    take() {
      const taken = latest;
      latest = null;
      return taken === null ? null : taken.payload;
    },
    clear() {
      latest = null;
    },
    settle() {
      // The latest may be the very one of the snapshot or newer: telling it once more changes nothing.
    },
    get isEmpty() {
      return latest === null;
    },
  };
}

/** `keyed`: the latest entry of every key. */
function keyedChanges<E>(keyOf: (entry: E) => string, cap: number): PendingChanges<E[]> {
  const entries = new Map<string, E>();
  return {
    add(change) {
      for (const entry of change) entries.set(keyOf(entry), entry);
      if (entries.size <= cap) return true;
      entries.clear();
      return false;
    },
    take() {
      if (entries.size === 0) return null;
      const taken = [...entries.values()];
      entries.clear();
      return taken;
    },
    clear: () => entries.clear(),
    settle() {
      // An entry that the snapshot holds too is as new or newer here: telling it once more changes nothing.
    },
    get isEmpty() {
      return entries.size === 0;
    },
  };
}

/** `append`: all of them in order. */
function appendedChanges<E>(identityOf: (entry: E) => string, cap: number): PendingChanges<E[]> {
  let entries: E[] = [];
  return {
    add(change) {
      if (entries.length + change.length > cap) {
        entries = [];
        return false;
      }
      for (const entry of change) entries.push(entry);
      return true;
    },
    take() {
      if (entries.length === 0) return null;
      const taken = entries;
      entries = [];
      return taken;
    },
    clear() {
      entries = [];
    },
    settle(snapshot) {
      if (entries.length === 0) return;
      const known = new Set(snapshot.map(identityOf));
      entries = entries.filter((entry) => !known.has(identityOf(entry)));
    },
    get isEmpty() {
      return entries.length === 0;
    },
  };
}

type Makers = { [T in Topic]: (cap: number) => PendingChanges<PushPayload<T>> };

const makers: Makers = {
  targets: wholeChanges,
  settings: wholeChanges,
  health: wholeChanges,
  states: (cap) => keyedChanges((state) => state.targetId, cap),
  windows: (cap) => keyedChanges<WindowRow>(windowKeyOf, cap),
  exports: (cap) => keyedChanges((state) => state.id, cap),
  // What makes an event this event.
  probes: (cap) => appendedChanges((point) => `${point.probeId} ${point.seq}`, cap),
};

/** @param cap how many entries may wait before a snapshot is cheaper than going on */
export function pendingChangesOf<T extends Topic>(topic: T, cap: number): PendingChanges<PushPayload<T>> {
  const maker: Makers[T] = makers[topic];
  return maker(cap);
}

export function isTopic(name: string): name is Topic {
  return Object.hasOwn(pushes, name);
}
