/** The page's clocks. The only place of the interface that reads them. */

/** Wall time, µs since the epoch, like every instant on the wire. */
export const nowUs = (): number => Date.now() * 1000;

/** Monotonic, ms since the page began. */
export const monotonicMs = (): number => performance.now();
