import { describe, expect, it } from 'vitest';
import { eventOf, newLake, withFolder } from '../lake-fixtures';
import { createQuestions, type Questions } from './question';

const ENDLESS = 'SELECT count(*) AS n FROM range(10000000000000) AS a';
const never = new AbortController().signal;

async function withQuestions(
  atOnce: number,
  test: (questions: Questions, lake: ReturnType<typeof newLake>) => Promise<void>,
): Promise<void> {
  await withFolder(async (directory) => {
    const lake = newLake(directory);
    await lake.writer.open();
    const questions = createQuestions({ views: lake.views, overlay: () => [], atOnce });
    try {
      await test(questions, lake);
    } finally {
      await questions.close();
      await lake.writer.close();
    }
  });
}

const endless = (questions: Questions, signal: AbortSignal) =>
  questions.ask(signal, ({ session }) => session.query(ENDLESS));

const countRows = (questions: Questions) =>
  questions.ask(never, async ({ session, view }) =>
    (await session.query(`SELECT count(*) AS n FROM ${view.raw()}`)).numbers('n'),
  );

describe('a question', () => {
  it('stops when its signal aborts, at whatever moment, and the next one is answered', () =>
    withQuestions(1, async (questions) => {
      for (const delayMs of [0, 1, 5, 30]) {
        const abort = new AbortController();
        const question = endless(questions, abort.signal);
        setTimeout(() => abort.abort(), delayMs);
        await expect(question).rejects.toMatchObject({ code: 'cancelled' });
        expect(await countRows(questions)).toEqual([0]);
      }
    }));

  it('leaves the queue when its signal aborts, and those behind it are answered', () =>
    withQuestions(1, async (questions) => {
      const [running, waiting] = [new AbortController(), new AbortController()];
      const first = endless(questions, running.signal);
      const second = endless(questions, waiting.signal);
      const third = countRows(questions);
      waiting.abort();
      await expect(second).rejects.toMatchObject({ code: 'cancelled' });
      running.abort();
      await expect(first).rejects.toMatchObject({ code: 'cancelled' });
      expect(await third).toEqual([0]);
    }));

  it('is not asked at all when its signal has aborted before', () =>
    withQuestions(1, async (questions) => {
      await expect(questions.ask(AbortSignal.abort(), () => Promise.resolve(1))).rejects.toMatchObject({
        code: 'cancelled',
      });
    }));

  it('that is faulty is told as our own fault', () =>
    withQuestions(1, async (questions) => {
      await expect(questions.ask(never, ({ session }) => session.query('SELEC'))).rejects.toMatchObject({
        code: 'internal',
        domain: 'internal',
      });
    }));

  it('is cancelled when the questions are closed, after which none is answered', () =>
    withQuestions(2, async (questions) => {
      const running = endless(questions, never);
      const outcome = expect(running).rejects.toMatchObject({ code: 'cancelled' });
      await questions.close();
      await outcome;
      await expect(countRows(questions)).rejects.toMatchObject({ code: 'unavailable' });
    }));

  it('is answered by the lake as it is after it was closed and opened again', () =>
    withQuestions(2, async (questions, lake) => {
      lake.writer.append([eventOf(1)]);
      expect(await countRows(questions)).toEqual([1]);
      await lake.writer.close();
      await expect(countRows(questions)).rejects.toMatchObject({ code: 'unavailable' });
      await lake.writer.open();
      lake.writer.append([eventOf(1), eventOf(2)]);
      expect(await countRows(questions)).toEqual([2]);
    }));
});
