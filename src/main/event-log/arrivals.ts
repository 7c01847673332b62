/** Readers that wait for the next event, without polling. */
export interface Arrivals {
  /** Resolves at the next `wake`, or after `waitMs`. */
  wait(waitMs: number): Promise<void>;
  wake(): void;
}

export function createArrivals(): Arrivals {
  const waiting = new Set<() => void>();
  return {
    wait: (waitMs) =>
      new Promise((resolve) => {
        const timer = setTimeout(done, waitMs);
        function done(): void {
          clearTimeout(timer);
          waiting.delete(done);
          resolve();
        }
        waiting.add(done);
      }),
    wake() {
      for (const done of [...waiting]) done();
    },
  };
}
