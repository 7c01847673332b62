import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { longTimeout } from './long-timeout';

const DAY_MS = 86_400_000;
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('waits as long as it is told, also longer than a timer of Node can', () => {
  let ran = 0;
  longTimeout(() => {
    ran += 1;
  }, 60 * DAY_MS);
  vi.advanceTimersByTime(60 * DAY_MS - 1);
  expect(ran).toBe(0);
  vi.advanceTimersByTime(1);
  expect(ran).toBe(1);
  vi.advanceTimersByTime(60 * DAY_MS);
  expect(ran).toBe(1);
});

it('can be called off at any time', () => {
  let ran = 0;
  const off = longTimeout(() => {
    ran += 1;
  }, 60 * DAY_MS);
  vi.advanceTimersByTime(40 * DAY_MS);
  off();
  vi.advanceTimersByTime(40 * DAY_MS);
  expect(ran).toBe(0);
});
