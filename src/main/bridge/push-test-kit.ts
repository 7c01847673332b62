import { pino } from 'pino';
import type { ProbePoint, PushMessage, Topic, TopicSource, TopicSources } from '../../shared/contract/pushes';
import type { TargetState } from '../../shared/contract/questions';
import { systemClock } from '../platform/clock';
import type { PushHub, PushSubscription } from './push-hub';

export const logger = pino({ level: 'silent' });

export const pointOf = (seq: number): ProbePoint => ({
  targetId: `t${seq % 3}`,
  probeId: 'test-00000000',
  timestampUs: seq * 1000,
  seq,
  outcome: 'up',
  latencyMs: 1,
  phasesMs: [null, null, null, null, null],
  statusCode: 200,
  failureCode: null,
  attempt: 1,
  isFinalAttempt: true,
  missedUntilUs: null,
});
export const stateOf = (targetId: string, latencyMs: number): TargetState => ({
  targetId,
  url: `http://${targetId}.test/`,
  state: 'up',
  sinceUs: 1,
  lastEventUs: 1,
  latencyMs,
  statusCode: 200,
  errorsLastMinute: 0,
  lastFailure: null,
  remote: false,
  probeId: 'test-00000000',
  probers: [],
});

/** An engine in small: what is true now, told to whoever listens. Snapshots may take a while. */
export function createModel() {
  const probes: ProbePoint[] = [];
  const states = new Map<string, TargetState>();
  let windowMs = 60_000;
  let seq = 0;
  const listeners = new Map<Topic, Set<(change: never) => void>>();
  const snapshotDelays: { captureMs: number; resolveMs: number }[] = [];
  let failures = 0;

  const tell = (topic: Topic, change: unknown): void => {
    for (const listener of listeners.get(topic) ?? []) listener(change as never);
  };
  const sourceOf = <T extends Topic>(topic: T, read: () => unknown): TopicSource<T> => ({
    snapshot: () => {
      if (failures > 0) {
        failures -= 1;
        return Promise.reject(new Error('not now'));
      }
      const delay = snapshotDelays.shift();
      if (delay === undefined) return read() as never;
      return new Promise((resolve) => {
        setTimeout(() => {
          const captured = read();
          setTimeout(() => resolve(captured as never), delay.resolveMs);
        }, delay.captureMs);
      });
    },
    listen: (onChange) => {
      const set = listeners.get(topic) ?? new Set();
      listeners.set(topic, set.add(onChange as (change: never) => void));
      return () => void set.delete(onChange as (change: never) => void);
    },
  });
  const settings = () => ({ windowMs });
  const sources = {
    targets: sourceOf('targets', () => []),
    states: sourceOf('states', () => [...states.values()]),
    probes: sourceOf('probes', () => [...probes]),
    windows: sourceOf('windows', () => []),
    health: sourceOf('health', () => ({})),
    exports: sourceOf('exports', () => []),
    settings: sourceOf('settings', settings),
  } satisfies TopicSources;

  return {
    sources,
    probe(count: number) {
      const added = Array.from({ length: count }, () => pointOf(++seq));
      probes.push(...added);
      tell('probes', added);
    },
    state(targetId: string, latencyMs: number) {
      const state = stateOf(targetId, latencyMs);
      states.set(targetId, state);
      tell('states', [state]);
    },
    window(ms: number) {
      windowMs = ms;
      tell('settings', settings());
    },
    delaySnapshot: (captureMs: number, resolveMs: number) => snapshotDelays.push({ captureMs, resolveMs }),
    failSnapshots: (count: number) => {
      failures = count;
    },
    truth: () => ({ probes: [...probes], states: Object.fromEntries(states), settings: settings() }),
    listening: () => [...listeners.values()].reduce((sum, set) => sum + set.size, 0),
  };
}

/** A page in small: puts together what it is told. */
export function createPage(hub: PushHub, topics: readonly Topic[]) {
  const messages: { message: PushMessage; atMs: number }[] = [];
  let probes: ProbePoint[] = [];
  let states: Record<string, TargetState> = {};
  let settings: unknown = null;
  let hasRoom = true;
  let ended = false;
  const subscription: PushSubscription = hub.subscribe(topics, {
    send(message) {
      messages.push({ message: message as PushMessage, atMs: systemClock.monotonicMs() });
      const { topic, kind, payload } = structuredClone(message) as PushMessage;
      if (topic === 'probes') probes = [...(kind === 'snapshot' ? [] : probes), ...(payload as ProbePoint[])];
      if (topic === 'states') {
        const told = (payload as TargetState[]).map((state) => [state.targetId, state] as const);
        states = { ...(kind === 'snapshot' ? {} : states), ...Object.fromEntries(told) };
      }
      if (topic === 'settings') settings = payload;
      return hasRoom;
    },
    end() {
      ended = true;
    },
  });
  return {
    messages,
    subscription,
    of: (topic: Topic) => messages.map(({ message }) => message).filter((message) => message.topic === topic),
    known: () => ({ probes, states, settings }),
    block() {
      hasRoom = false;
    },
    unblock() {
      hasRoom = true;
      subscription.drained();
    },
    isEnded: () => ended,
  };
}
