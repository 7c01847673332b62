import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ProbePoint } from '../../shared/contract/pushes';
import { systemClock } from '../platform/clock';
import { createPushHub } from './push-hub';
import { createModel, createPage, logger } from './push-test-kit';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const hubOf = (model: ReturnType<typeof createModel>, maxWaiting: number) =>
  createPushHub(model.sources, { clock: systemClock, logger, coalesceMs: 50, maxWaiting });

describe('the push hub', () => {
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
