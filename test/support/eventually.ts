import { expect } from 'vitest';

/** Waits for a condition, looking often, with time enough for a busy machine. */
export const eventually = <T>(ask: () => T, timeout = 10_000) => expect.poll(ask, { timeout, interval: 10 });
