import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../platform/clock';
import { createPushHub } from './push-hub';
import { createModel, createPage, logger, pointOf, stateOf } from './push-test-kit';

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
});
