import { describe, expect, it } from 'vitest';
import { createRates } from './rates';

function createParts() {
  const clock = { ms: 0, nowUs: () => 0, monotonicMs: () => clock.ms };
  return { clock, rates: createRates(clock) };
}

describe('rates', () => {
  it('are nothing before a second has passed, and then per second over the time that did', () => {
    const { clock, rates } = createParts();
    expect(rates.perSecond('a', 100)).toBe(0);
    clock.ms = 999;
    expect(rates.perSecond('a', 150)).toBe(0);
    clock.ms = 2_000;
    expect(rates.perSecond('a', 200)).toBe(50);
  });

  it('stay as they are for whoever asks again within the second', () => {
    const { clock, rates } = createParts();
    rates.perSecond('a', 0);
    clock.ms = 1_000;
    expect(rates.perSecond('a', 10)).toBe(10);
    clock.ms = 1_500;
    expect(rates.perSecond('a', 500)).toBe(10);
  });

  it('begin anew with their counter, and each by itself', () => {
    const { clock, rates } = createParts();
    rates.perSecond('a', 1_000);
    rates.perSecond('b', 0);
    clock.ms = 1_000;
    expect(rates.perSecond('a', 5)).toBe(0);
    expect(rates.perSecond('b', 7)).toBe(7);
    clock.ms = 2_000;
    expect(rates.perSecond('a', 10)).toBe(5);
    clock.ms = 3_000;
    expect(rates.perSecond('b', 7)).toBe(0);
  });
});
