/** Wall and monotonic time as one collaborator, so that tests can pass their own. */
export interface Clock {
  /** Microseconds since the Unix epoch, UTC, from the wall clock. May step. */
  nowUs(): number;
  /** Milliseconds on a clock that never steps, with sub-millisecond resolution. Only differences mean something. */
  monotonicMs(): number;
}

export const systemClock: Clock = {
  nowUs: () => Date.now() * 1000,
  monotonicMs: () => performance.now(),
};
