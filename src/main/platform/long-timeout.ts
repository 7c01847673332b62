/** The longest that a timer of Node waits; a longer one would fire at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** `setTimeout` for any length. @returns the way to call it off */
export function longTimeout(run: () => void, ms: number): () => void {
  let timer: NodeJS.Timeout;
  const wait = (leftMs: number): void => {
    const nowMs = Math.min(leftMs, LONGEST_MS);
    timer = setTimeout(() => (leftMs > nowMs ? wait(leftMs - nowMs) : run()), nowMs);
  };
  wait(ms);
  return () => clearTimeout(timer);
}
