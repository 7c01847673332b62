import fc from 'fast-check';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ProbePoint, PushMessage, Topic, TopicSource, TopicSources } from '../../shared/contract/pushes';
import type { TargetState } from '../../shared/contract/questions';
import { systemClock } from '../platform/clock';
import { createPushHub, type PushHub, type PushSubscription } from './push-hub';

const logger = pino({ level: 'silent' });

const pointOf = (seq: number): ProbePoint => ({
  targetId: `t${seq % 3}`,
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
const stateOf = (targetId: string, latencyMs: number): TargetState => ({
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
});

/** An engine in small: what is true now, told to whoever listens. Snapshots may take a while. */
function createModel() {
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
function createPage(hub: PushHub, topics: readonly Topic[]) {
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

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const hubOf = (model: ReturnType<typeof createModel>, maxWaiting = 20_000) =>
  createPushHub(model.sources, { clock: systemClock, logger, coalesceMs: 50, maxWaiting });

describe('the push hub', () => {
  it('tells a snapshot of every topic first, then only what changed', async () => {
    const model = createModel();
    model.probe(2);
    const page = createPage(hubOf(model), ['probes', 'states']);
    await vi.advanceTimersByTimeAsync(100);
    model.probe(1);
    await vi.advanceTimersByTimeAsync(100);
    expect(page.messages.map(({ message: { topic, kind } }) => `${topic} ${kind}`)).toEqual([
      'probes snapshot',
      'states snapshot',
      'probes change',
    ]);
    expect(page.of('probes')[1]?.payload).toEqual([pointOf(3)]);
  });

  it('sends the first change after a quiet time at once and the following ones together within 50 ms', async () => {
    const model = createModel();
    const page = createPage(hubOf(model), ['probes']);
    await vi.advanceTimersByTimeAsync(1000);
    const startMs = systemClock.monotonicMs();
    model.probe(1);
    await vi.advanceTimersByTimeAsync(10);
    for (let i = 0; i < 5; i += 1) {
      model.probe(1);
      await vi.advanceTimersByTimeAsync(5);
    }
    await vi.advanceTimersByTimeAsync(100);
    const sent = page.messages.slice(1);
    expect(sent.map(({ message }) => (message.payload as unknown[]).length)).toEqual([1, 5]);
    expect(sent[0]?.atMs).toBeLessThanOrEqual(startMs + 1);
    expect(sent[1]?.atMs).toBeLessThanOrEqual(startMs + 51);
  });

  it('merges keyed entries by key and keeps the latest of a whole topic', async () => {
    const model = createModel();
    const page = createPage(hubOf(model), ['states', 'settings']);
    await vi.advanceTimersByTimeAsync(20);
    model.state('a', 1);
    model.state('b', 1);
    model.state('a', 2);
    model.window(10_000);
    model.window(30_000);
    await vi.advanceTimersByTimeAsync(100);
    expect(page.of('states').slice(1)).toEqual([
      { topic: 'states', kind: 'change', payload: [stateOf('a', 2), stateOf('b', 1)] },
    ]);
    expect(page.of('settings').slice(1)).toEqual([
      { topic: 'settings', kind: 'change', payload: { windowMs: 30_000 } },
    ]);
  });

  it('tells what comes while a snapshot is taken once: by the snapshot or after it', async () => {
    const model = createModel();
    model.delaySnapshot(20, 20);
    const page = createPage(hubOf(model), ['probes']);
    await vi.advanceTimersByTimeAsync(10);
    model.probe(2);
    await vi.advanceTimersByTimeAsync(20);
    model.probe(3);
    await vi.advanceTimersByTimeAsync(200);
    expect(page.of('probes').map(({ payload }) => (payload as unknown[]).length)).toEqual([2, 3]);
    expect(page.known().probes).toEqual(model.truth().probes);
  });

  it('sends nothing to a full transport, and everything merged once it drained', async () => {
    const model = createModel();
    const page = createPage(hubOf(model), ['probes', 'states']);
    await vi.advanceTimersByTimeAsync(100);
    page.block();
    model.probe(1);
    await vi.advanceTimersByTimeAsync(100);
    const before = page.messages.length;
    for (let i = 0; i < 50; i += 1) {
      model.probe(1);
      model.state('a', i);
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(page.messages.length).toBe(before);
    page.unblock();
    await vi.advanceTimersByTimeAsync(200);
    expect(page.messages.length).toBe(before + 2);
    expect(page.known()).toMatchObject({ probes: model.truth().probes, states: model.truth().states });
  });

  it('replaces more than a slow subscriber may have waiting by a fresh snapshot, and goes on from it', async () => {
    const model = createModel();
    const page = createPage(hubOf(model, 10), ['probes']);
    await vi.advanceTimersByTimeAsync(100);
    page.block();
    model.probe(1);
    await vi.advanceTimersByTimeAsync(100);
    for (let i = 0; i < 30; i += 1) model.probe(1);
    await vi.advanceTimersByTimeAsync(100);
    page.unblock();
    await vi.advanceTimersByTimeAsync(100);
    model.probe(2);
    await vi.advanceTimersByTimeAsync(100);
    expect(page.of('probes').map(({ kind, payload }) => [kind, (payload as unknown[]).length])).toEqual([
      ['snapshot', 0],
      ['change', 1],
      ['snapshot', 31],
      ['change', 2],
    ]);
    expect(page.known().probes).toEqual(model.truth().probes);
  });

  it('asks again for a snapshot that could not be taken', async () => {
    const model = createModel();
    model.failSnapshots(2);
    const page = createPage(hubOf(model), ['probes']);
    model.probe(3);
    await vi.advanceTimersByTimeAsync(900);
    expect(page.messages).toEqual([]);
    model.probe(1);
    await vi.advanceTimersByTimeAsync(1500);
    expect(page.known().probes).toEqual(model.truth().probes);
  });

  it('lets go of its sources when subscribers leave, and ends them all when it stops', async () => {
    const model = createModel();
    const reports: string[] = [];
    const hub = createPushHub(model.sources, {
      clock: systemClock,
      logger,
      onSubscriber: ({ kind, subscribers }) => reports.push(`${kind} ${subscribers}`),
    });
    const one = createPage(hub, ['probes']);
    const two = createPage(hub, ['probes', 'states', 'probes']);
    expect(model.listening()).toBe(3);
    one.subscription.close();
    one.subscription.close();
    expect(model.listening()).toBe(2);
    hub.stop();
    model.probe(1);
    await vi.advanceTimersByTimeAsync(100);
    expect([one.isEnded(), two.isEnded()]).toEqual([false, true]);
    expect(two.messages).toEqual([]);
    expect(model.listening()).toBe(0);
    expect(hub.subscribers).toBe(0);
    expect(reports).toEqual(['came 1', 'came 2', 'went 1', 'went 0']);
  });

  it('leaves every subscriber with exactly what is true, whatever came when', async () => {
    const step = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({ do: fc.constant('probe' as const), count: fc.integer({ min: 1, max: 6 }) }),
      },
      {
        weight: 4,
        arbitrary: fc.record({
          do: fc.constant('state' as const),
          id: fc.constantFrom('a', 'b', 'c'),
          value: fc.integer({ min: 0, max: 9 }),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ do: fc.constant('window' as const), ms: fc.integer({ min: 1, max: 9 }) }),
      },
      {
        weight: 4,
        arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 70 }) }),
      },
      {
        weight: 2,
        arbitrary: fc.record({
          do: fc.constant('slowSnapshot' as const),
          captureMs: fc.integer({ min: 0, max: 40 }),
          resolveMs: fc.integer({ min: 0, max: 40 }),
        }),
      },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('failSnapshot' as const) }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('block' as const) }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('unblock' as const) }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('join' as const) }) },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 60, size: 'max' }),
        fc.integer({ min: 4, max: 30 }),
        async (steps, cap) => {
          const model = createModel();
          const hub = hubOf(model, cap);
          const topics = ['probes', 'states', 'settings'] as const;
          const pages = [createPage(hub, topics)];
          for (const one of steps) {
            if (one.do === 'probe') model.probe(one.count);
            if (one.do === 'state') model.state(one.id, one.value);
            if (one.do === 'window') model.window(one.ms);
            if (one.do === 'wait') await vi.advanceTimersByTimeAsync(one.ms);
            if (one.do === 'slowSnapshot') model.delaySnapshot(one.captureMs, one.resolveMs);
            if (one.do === 'failSnapshot') model.failSnapshots(1);
            if (one.do === 'block') pages[0]?.block();
            if (one.do === 'unblock') pages[0]?.unblock();
            if (one.do === 'join') pages.push(createPage(hub, topics));
          }
          pages[0]?.unblock();
          await vi.advanceTimersByTimeAsync(4000);
          for (const page of pages) {
            expect(page.known()).toEqual(model.truth());
            for (const topic of topics) expect(page.of(topic)[0]?.kind).toBe('snapshot');
            // Between two snapshots no point is told twice.
            let seen = new Set<number>();
            for (const { kind, payload } of page.of('probes')) {
              if (kind === 'snapshot') seen = new Set();
              for (const { seq } of payload as ProbePoint[]) {
                expect(seen.has(seq)).toBe(false);
                seen.add(seq);
              }
            }
          }
          hub.stop();
          expect(model.listening()).toBe(0);
        },
      ),
      { numRuns: 300 },
    );
  });
});
