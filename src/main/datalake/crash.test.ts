import { describe, expect, it } from 'vitest';
import type { Failpoint } from './disk-step';
import { createTestClock, newLake, withFolder } from './lake-fixtures';
import { expectCommitted, play, story } from './testing-story';

class Crash extends Error {}

/** Throws at the n-th step and at every later one: what is dead does nothing more. */
function crashAt(step: number): { failpoint: Failpoint; steps: string[] } {
  const steps: string[] = [];
  return {
    steps,
    failpoint: (name) => {
      steps.push(name);
      if (steps.length >= step) throw new Crash(`died at step ${steps.length}: ${name}`);
    },
  };
}

describe('after a crash at any step', () => {
  it('the lake holds every committed row exactly once and loses none', { timeout: 300_000 }, async () => {
    const chapters = story();
    const steps = await withFolder(async (directory) => {
      const clock = createTestClock(chapters[0]?.nowUs);
      const { failpoint, steps } = crashAt(Number.POSITIVE_INFINITY);
      const lake = newLake(directory, { clock, failpoint });
      await play(lake, clock, chapters);
      await lake.writer.close();
      await expectCommitted(directory, newLake(directory, { clock }), chapters);
      return steps;
    });
    const kinds = [
      'write',
      'sync ',
      'rename',
      'sync folder',
      'replace',
      'place',
      'keep',
      'remove',
      'mkdir',
      'own',
    ];
    for (const kind of kinds) {
      expect(
        steps.some((step) => step.startsWith(kind)),
        kind,
      ).toBe(true);
    }
    expect(steps.filter((step) => /^replace .*merge.json/.test(step)).length).toBeGreaterThanOrEqual(2);
    const dieAt = (step: number): Promise<void> =>
      withFolder(async (directory) => {
        const clock = createTestClock(chapters[0]?.nowUs);
        const dying = newLake(directory, { clock, failpoint: crashAt(step).failpoint });
        // Failures of steps that may fail, such as a merge that is tried again, do not end the story.
        await play(dying, clock, chapters).catch(() => undefined);
        await dying.writer.close();
        if (step % 3 === 0) {
          // Dies again while it starts, once early and once late.
          const restart = crashAt(1 + (step % 11));
          const second = newLake(directory, { clock, failpoint: restart.failpoint });
          await second.writer.open().catch(() => undefined);
          await second.writer.close();
        }
        const again = newLake(directory, { clock });
        await expectCommitted(directory, again, chapters);
        if (step % 5 !== 0) return;
        const last = newLake(directory, { clock });
        await play(last, clock, chapters);
        await last.writer.close();
        await expectCommitted(directory, newLake(directory, { clock }), chapters);
      });
    // What a file that is not in place yet holds makes no difference, so a few of those steps stand for all.
    const waiting = steps.flatMap((step, index) =>
      /^(write|sync|discard|drop) checkpoints.p00.epoch/.test(step) && index % 5 !== 0 ? [] : [index + 1],
    );
    const work = async (): Promise<void> => {
      for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) await dieAt(step);
    };
    await Promise.all([work(), work(), work(), work()]);
  });
});
