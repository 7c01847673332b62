import { settleWithin } from '../../platform/settle-within';
import { createArrivals } from '../arrivals';

const FIRST_PAUSE_MS = 100;
const LAST_PAUSE_MS = 1_000;

/** One run of a loop, from a start to the stop after it. What was given up on when it was stopped never acts for the next one. */
export interface LoopRun {
  readonly isStopping: boolean;
  /** Resolves when it is to stop. */
  readonly stopped: Promise<void>;
  /** Waits for `ms`, or until it is woken or to stop. */
  sleep(ms: number): Promise<void>;
  /** It works: the next pause is a first one again. */
  succeeded(): void;
}

/** Repeats an attempt for as long as it runs, with a pause after each that doubles up to a second. */
export interface RetryLoop<C = void> {
  /** Does nothing while it runs. @param context handed to every attempt of this run */
  start(context: C): void;
  /** Waits up to `withinMs` for the attempt under way. Idempotent. @returns whether that ended */
  stop(withinMs: number): Promise<boolean>;
  /** Ends whatever pause or sleep it is in. */
  wake(): void;
}

export function createRetryLoop<C = void>(options: {
  /** Rejecting or not, it is made again. */
  attempt: (run: LoopRun, context: C) => Promise<void>;
  /** Not told of a run that is to stop. */
  onFailed: (error: unknown) => void;
}): RetryLoop<C> {
  const sleeping = createArrivals();
  let current: { stop: () => void; ended: Promise<void> } | null = null;

  const begin = (context: C): { stop: () => void; ended: Promise<void> } => {
    let isStopping = false;
    let pauseMs = FIRST_PAUSE_MS;
    let tell = (): void => undefined;
    const stopped = new Promise<void>((resolve) => {
      tell = resolve;
    });
    const run: LoopRun = {
      get isStopping() {
        return isStopping;
      },
      stopped,
      sleep: (ms) => (isStopping ? Promise.resolve() : sleeping.wait(ms)),
      succeeded() {
        pauseMs = FIRST_PAUSE_MS;
      },
    };
    const loop = async (): Promise<void> => {
      while (!isStopping) {
        try {
          await options.attempt(run, context);
        } catch (error) {
          if (!isStopping) options.onFailed(error);
        }
        const pause = pauseMs;
        pauseMs = Math.min(LAST_PAUSE_MS, pauseMs * 2);
        await run.sleep(pause);
      }
    };
    return {
      ended: loop(),
      stop() {
        isStopping = true;
        tell();
        sleeping.wake();
      },
    };
  };

  return {
    start(context) {
      current ??= begin(context);
    },
    async stop(withinMs) {
      const run = current;
      if (run === null) return true;
      run.stop();
      const isEnded = await settleWithin(run.ended, withinMs);
      if (current === run) current = null;
      return isEnded;
    },
    wake: () => sleeping.wake(),
  };
}
