import { expect } from 'vitest';

/** Waits for a condition, looking often, with time enough for a busy machine. */
export const eventually = <T>(ask: () => T) => expect.poll(ask, { timeout: 10_000, interval: 10 });
