import { AppError } from '../../../shared/contract/app-error';
import type { WindowRow } from '../../../shared/domain/window-row';
import type { WindowOverlay } from '../lake-queries';
import type { LakeView, LakeViews } from '../lake-view';
import { createQuerySession, type QuerySession } from './query-session';
import { createTurnstile } from './turnstile';

/** What one question works with: a connection, and one picture of files, tails and the windows in memory. */
export interface Question {
  session: QuerySession;
  view: LakeView;
  overlay: readonly WindowRow[];
}

export interface Questions {
  /** @throws AppError `cancelled` when the signal aborts or the lake's questions are closed */
  ask<T>(signal: AbortSignal, answer: (question: Question) => Promise<T>): Promise<T>;
  /** Cancels what runs and waits for its end; nothing is answered any more. Idempotent. */
  close(): Promise<void>;
}

/**
 * Each question has a connection of its own while it lasts (opening one takes a quarter of a millisecond), so that none
 * outlives the database behind it when the lake is closed and opened again.
 */
export function createQuestions(options: {
  views: LakeViews;
  overlay: WindowOverlay;
  /** Most at a time: each that runs occupies a thread of libuv's pool, which name look-ups and file access share. */
  atOnce: number;
}): Questions {
  const turnstile = createTurnstile(options.atOnce);
  const running = new Map<AbortController, Promise<unknown>>();
  let closed = false;

  async function answerOne<T>(signal: AbortSignal, answer: (question: Question) => Promise<T>): Promise<T> {
    const leave = await turnstile.enter(signal);
    try {
      // Before the view: a window that is written in between then stands in both, and the overlay's row wins; the
      // other way round it could stand in neither.
      const overlay = [...options.overlay()];
      const view = await options.views.acquire();
      try {
        const connection = await options.views.connect();
        try {
          return await answer({ session: createQuerySession(connection, signal), view, overlay });
        } finally {
          connection.closeSync();
        }
      } finally {
        view.release();
      }
    } finally {
      leave();
    }
  }

  return {
    async ask(signal, answer) {
      if (closed) throw new AppError('unavailable', 'The lake is closed.', { domain: 'internal' });
      const cancel = new AbortController();
      const onAbort = () => cancel.abort();
      if (signal.aborted) cancel.abort();
      signal.addEventListener('abort', onAbort, { once: true });
      const job = answerOne(cancel.signal, answer);
      running.set(cancel, job);
      try {
        return await job;
      } finally {
        running.delete(cancel);
        signal.removeEventListener('abort', onAbort);
      }
    },
    async close() {
      closed = true;
      const last = [...running.values()];
      for (const cancel of running.keys()) cancel.abort();
      await Promise.allSettled(last);
    },
  };
}
