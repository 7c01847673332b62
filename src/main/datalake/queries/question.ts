import type { WindowRow } from '../../../shared/domain/window-row';
import type { WindowOverlay } from '../lake-queries';
import type { LakeView, LakeViews } from '../lake-view';
import type { ConnectionPool } from './connection-pool';
import type { QuerySession } from './query-session';

/** What one question works with: a connection, and one picture of files, tails and the windows in memory. */
export interface Question {
  session: QuerySession;
  view: LakeView;
  overlay: readonly WindowRow[];
}

export type AskQuestion = <T>(signal: AbortSignal, answer: (question: Question) => Promise<T>) => Promise<T>;

/**
 * The overlay is taken before the view: a window that is written in between then stands in both, and the overlay's
 * row wins; the other way round it could stand in neither.
 */
export function createAskQuestion(options: {
  pool: ConnectionPool;
  views: LakeViews;
  overlay: WindowOverlay;
}): AskQuestion {
  return (signal, answer) =>
    options.pool.use(signal, async (session) => {
      const overlay = [...options.overlay()];
      const view = await options.views.acquire();
      try {
        return await answer({ session, view, overlay });
      } finally {
        view.release();
      }
    });
}
