import { toAppError } from '../../shared/contract/app-error';

/** Failures in a row after which the lake is opened anew. */
const PATIENCE = 3;

export interface FlushWatch {
  flushed(): void;
  failed(error: unknown): void;
}

/**
 * A full or read-only disk heals by itself, and the next flush works. What else keeps failing does not: files that somebody
 * took away, for one. Opening the lake anew sets right what can be, so that is asked for.
 */
export function createFlushWatch(openAnew: () => void): FlushWatch {
  let failures = 0;
  return {
    flushed() {
      failures = 0;
    },
    failed(error) {
      if (toAppError(error).domain !== 'internal') return;
      failures += 1;
      if (failures < PATIENCE) return;
      failures = 0;
      openAnew();
    },
  };
}
