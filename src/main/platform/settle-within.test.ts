import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { settleWithin } from './settle-within';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('waiting for work to settle', () => {
  it('ends with it, however it ends, and leaves no timer', async () => {
    expect(await settleWithin(Promise.resolve(1), 1_000)).toBe(true);
    expect(await settleWithin(Promise.reject(new Error('x')), 1_000)).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends without it when that takes too long, and hears no failure that comes later', async () => {
    let fail: (error: Error) => void = () => undefined;
    const work = new Promise((_resolve, reject) => {
      fail = reject;
    });
    const waiting = settleWithin(work, 1_000);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await waiting).toBe(false);
    fail(new Error('too late'));
    await vi.advanceTimersByTimeAsync(0);
  });
});
