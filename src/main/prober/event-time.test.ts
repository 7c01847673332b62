import { describe, expect, it } from 'vitest';
import { EventTime } from './event-time';

/** Two clocks that go on as told. */
function twoClocks() {
  const state = { wallUs: 1_900_000_000_000_000, monotonicMs: 5000 };
  return {
    clock: { nowUs: () => state.wallUs, monotonicMs: () => state.monotonicMs },
    pass(monotonicMs: number, wallMs = monotonicMs) {
      state.monotonicMs += monotonicMs;
      state.wallUs += wallMs * 1000;
    },
    wallUs: () => state.wallUs,
  };
}

describe('event time', () => {
  it('goes on with the monotonic clock, finer than the wall clock shows', () => {
    const { clock, pass, wallUs } = twoClocks();
    const time = new EventTime(clock);
    const startUs = wallUs();
    pass(1.25);
    expect(time.nowUs() - startUs).toBe(1250);
  });

  it('is not moved by a wall clock that trembles within its grain', () => {
    const { clock, pass, wallUs } = twoClocks();
    const time = new EventTime(clock);
    const startUs = wallUs();
    for (const trembleMs of [0.9, -0.9, 1.4, -1.4]) {
      pass(1000, 1000 + trembleMs);
      expect(time.check()).toBe(0);
    }
    expect(time.nowUs() - startUs).toBe(4_000_000);
  });

  it('slews to a wall clock that drifts, by half a millisecond per second at most', () => {
    const { clock, pass, wallUs } = twoClocks();
    const time = new EventTime(clock);
    pass(1000, 1300);
    let before = time.nowUs();
    for (let second = 0; second < 700; second += 1) {
      pass(1000);
      expect(time.check()).toBe(0);
      const slewUs = time.nowUs() - before - 1_000_000;
      expect(slewUs).toBeGreaterThanOrEqual(0);
      expect(slewUs).toBeLessThanOrEqual(1000);
      before = time.nowUs();
    }
    expect(Math.abs(wallUs() - time.nowUs())).toBeLessThanOrEqual(2000);
  });

  it('slews as fast when it is asked often', () => {
    const { clock, pass } = twoClocks();
    const time = new EventTime(clock);
    pass(0, 300);
    const startUs = time.nowUs();
    for (let step = 0; step < 1000; step += 1) {
      pass(10);
      time.check();
    }
    const slewUs = time.nowUs() - startUs - 10_000_000;
    expect(slewUs).toBeGreaterThan(4500);
    expect(slewUs).toBeLessThanOrEqual(5000);
  });

  it('steps to a wall clock that was set, and says by how much', () => {
    const { clock, pass, wallUs } = twoClocks();
    const time = new EventTime(clock);
    pass(1000, 61_000);
    expect(time.check()).toBe(60_000_000);
    expect(time.nowUs()).toBe(wallUs());
    pass(1000, -9000);
    expect(time.check()).toBe(-10_000_000);
    expect(time.nowUs()).toBe(wallUs());
    expect(time.check()).toBe(0);
  });
});
