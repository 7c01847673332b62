import type { Clock } from './clock';

/** A rate is taken over at least so long, ms. */
const SPAN_MS = 1_000;

/** Per-second rates of counters that only grow, whoever asks how often. */
export interface Rates {
  /** @param total of the counter now @returns per second, over the last second or more; 0 before that */
  perSecond(name: string, total: number): number;
}

export function createRates(clock: Clock): Rates {
  const known = new Map<string, { atMs: number; total: number; rate: number }>();
  return {
    perSecond(name, total) {
      const nowMs = clock.monotonicMs();
      const before = known.get(name);
      // A counter that begins anew has no past.
      if (before === undefined || total < before.total) {
        known.set(name, { atMs: nowMs, total, rate: 0 });
        return 0;
      }
      const spanMs = nowMs - before.atMs;
      if (spanMs < SPAN_MS) return before.rate;
      const rate = ((total - before.total) * 1000) / spanMs;
      known.set(name, { atMs: nowMs, total, rate });
      return rate;
    },
  };
}
