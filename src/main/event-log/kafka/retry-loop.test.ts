import { describe, expect, it } from 'vitest';
import { createRetryLoop } from './retry-loop';

describe('a retry loop', () => {
  it('makes an attempt again when one fails, and tells of each failure', async () => {
    const failures: unknown[] = [];
    let attempts = 0;
    const loop = createRetryLoop({
      async attempt(run) {
        attempts += 1;
        if (attempts < 3) throw new Error(`attempt ${attempts}`);
        await run.stopped;
      },
      onFailed(error) {
        failures.push((error as Error).message);
        // Nobody wants to wait for the pause.
        queueMicrotask(() => loop.wake());
      },
    });
    loop.start();
    loop.start();
    await expect.poll(() => attempts).toBe(3);
    expect(failures).toEqual(['attempt 1', 'attempt 2']);
    expect(await loop.stop(1_000)).toBe(true);
    expect(await loop.stop(1_000)).toBe(true);
    expect(attempts).toBe(3);
  });

  it('pauses longer after each attempt, and shortly again after one that worked', async () => {
    const startedMs: number[] = [];
    const loop = createRetryLoop({
      async attempt(run) {
        startedMs.push(performance.now());
        if (startedMs.length === 3) run.succeeded();
      },
      onFailed: () => undefined,
    });
    loop.start();
    await expect.poll(() => startedMs.length, { timeout: 5_000 }).toBe(4);
    await loop.stop(1_000);
    const pauses = startedMs.slice(1).map((ms, index) => ms - (startedMs[index] as number));
    // A timer may fire a millisecond early; how late it fires is the machine's matter.
    expect(pauses[0]).toBeGreaterThan(95);
    expect(pauses[1]).toBeGreaterThan(195);
    expect(pauses[2]).toBeGreaterThan(95);
  });

  it('that could not be stopped in time does nothing for the next start', async () => {
    const told: string[] = [];
    let end = (): void => undefined;
    const hanging = new Promise<void>((resolve) => {
      end = resolve;
    });
    const loop = createRetryLoop<string>({
      async attempt(run, name) {
        await (name === 'first' ? hanging : run.stopped);
        if (!run.isStopping) told.push(name);
        throw new Error(name);
      },
      onFailed: (error) => told.push((error as Error).message),
    });
    loop.start('first');
    expect(await loop.stop(10)).toBe(false);
    loop.start('second');
    end();
    await hanging;
    expect(await loop.stop(1_000)).toBe(true);
    expect(told).toEqual([]);
  });

  it('that is to stop sleeps no more', async () => {
    const loop = createRetryLoop({
      attempt: async (run) => {
        await run.sleep(60_000);
        await run.sleep(60_000);
      },
      onFailed: () => undefined,
    });
    loop.start();
    expect(await loop.stop(1_000)).toBe(true);
  });
});
