import { cancelled, throwIfCancelled } from './query-session';

/** Lets a few in at a time, in order of asking. */
export interface Turnstile {
  /**
   * Resolves with the way out when there is room; to be called once.
   * @throws AppError `cancelled` when the signal aborts before
   */
  enter(signal: AbortSignal): Promise<() => void>;
}

export function createTurnstile(room: number): Turnstile {
  const waiting: (() => void)[] = [];
  let free = room;

  function leave(): void {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  }

  return {
    async enter(signal) {
      throwIfCancelled(signal);
      if (free > 0) {
        free -= 1;
        return leave;
      }
      await new Promise<void>((resolve, reject) => {
        const admit = () => {
          signal.removeEventListener('abort', giveUp);
          resolve();
        };
        const giveUp = () => {
          waiting.splice(waiting.indexOf(admit), 1);
          reject(cancelled());
        };
        waiting.push(admit);
        signal.addEventListener('abort', giveUp, { once: true });
      });
      return leave;
    },
  };
}
