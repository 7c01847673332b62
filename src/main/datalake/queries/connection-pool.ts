import type { DuckDBConnection } from '@duckdb/node-api';
import { AppError } from '../../../shared/contract/app-error';
import { createQuerySession, type QuerySession, throwIfCancelled } from './query-session';

/** A few connections, opened when first needed and kept: opening one costs more than most questions. */
export interface ConnectionPool {
  /**
   * Runs `work` on a free connection; waits in order of asking while all are busy.
   * @throws AppError `cancelled` when the signal aborts, also while waiting; `unavailable` after `close`.
   */
  use<T>(signal: AbortSignal, work: (session: QuerySession) => Promise<T>): Promise<T>;
  /** Waits for what runs and closes every connection. Idempotent. */
  close(): Promise<void>;
}

export function createConnectionPool(options: {
  connect: () => Promise<DuckDBConnection>;
  /** Most connections at a time; each running one occupies a thread of libuv's pool. */
  size: number;
}): ConnectionPool {
  const idle: DuckDBConnection[] = [];
  const waiting: (() => void)[] = [];
  const running = new Set<Promise<unknown>>();
  let free = options.size;
  let closed = false;

  /** Resolves when one of `size` places is the caller's. */
  function takePlace(signal: AbortSignal): Promise<void> {
    throwIfCancelled(signal);
    if (free > 0) {
      free -= 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const admit = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        waiting.splice(waiting.indexOf(admit), 1);
        reject(new AppError('cancelled', 'The question was cancelled.'));
      };
      waiting.push(admit);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  function givePlaceBack(): void {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  }

  async function useConnection<T>(signal: AbortSignal, work: (s: QuerySession) => Promise<T>): Promise<T> {
    await takePlace(signal);
    try {
      const connection = idle.pop() ?? (await options.connect());
      try {
        return await work(createQuerySession(connection, signal));
      } finally {
        idle.push(connection);
      }
    } finally {
      givePlaceBack();
    }
  }

  return {
    async use(signal, work) {
      if (closed) throw new AppError('unavailable', 'The lake is closed.', { domain: 'internal' });
      const job = useConnection(signal, work);
      running.add(job);
      try {
        return await job;
      } finally {
        running.delete(job);
      }
    },
    async close() {
      closed = true;
      await Promise.allSettled(running);
      for (const connection of idle.splice(0)) connection.closeSync();
    },
  };
}
