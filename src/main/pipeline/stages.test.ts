import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Role } from '../../shared/domain/kafka-settings';
import { createStages, type Stages } from './stages';

/** What was done, in order; `fails` names what fails the next time. */
function createParts(role: Role = 'all') {
  const done: string[] = [];
  const fails: string[] = [];
  const told: unknown[] = [];
  const step = (name: string) => async (): Promise<void> => {
    done.push(name);
    await Promise.resolve();
    if (fails[0] === name) throw new Error(`${fails.shift()} failed`);
  };
  const parts = {
    role,
    prober: { restart: step('prober.restart') },
    log: { start: step('log.start'), stop: step('log.stop') },
    job: { start: step('job.start'), stop: step('job.stop') },
    onFailed: (error: unknown) => void told.push(String(error)),
  };
  return { done, fails, told, stages: createStages(parts) };
}

describe('stages', () => {
  let stages: Stages;
  afterEach(async () => {
    await stages.stop();
    vi.useRealTimers();
  });

  it('restart one after another, each whole, whoever asks', async () => {
    const { done, ...made } = createParts();
    ({ stages } = made);
    await Promise.all([
      stages.restart('log'),
      stages.restart('prober'),
      stages.alone(async () => void done.push('reset')),
    ]);
    expect(done).toEqual(['job.stop', 'log.stop', 'log.start', 'job.start', 'prober.restart', 'reset']);
  });

  it('that cannot be started are told of and tried until they can', async () => {
    vi.useFakeTimers();
    const { done, fails, told, ...made } = createParts();
    ({ stages } = made);
    fails.push('log.start', 'job.start');
    await expect(stages.restart('log')).rejects.toThrow('log.start failed');
    await vi.advanceTimersByTimeAsync(5000);
    expect(told).toEqual(['Error: log.start failed', 'Error: job.start failed']);
    done.length = 0;
    await vi.advanceTimersByTimeAsync(5000);
    expect(done).toEqual(['job.stop', 'log.start', 'job.start']);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(done).toHaveLength(3);
    expect(told).toHaveLength(2);
  });

  it('that a role does not have are refused by name, and nothing is touched', async () => {
    for (const [role, stage] of [
      ['aggregator', 'prober'],
      ['prober', 'windows'],
      ['prober', 'lake'],
    ] as const) {
      const { done, ...made } = createParts(role);
      ({ stages } = made);
      await expect(stages.restart(stage)).rejects.toMatchObject({
        code: 'not_found',
        message: `This process is a mere ${role} and has no stage "${stage}": restart it where it runs.`,
      });
      expect(done).toEqual([]);
      await stages.restart('log');
      expect(done).toContain('log.start');
    }
  });

  it('begin nothing after they were stopped', async () => {
    vi.useFakeTimers();
    const { done, ...made } = createParts();
    ({ stages } = made);
    stages.jobFailed();
    await stages.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    await stages.restart('windows');
    expect(done).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
