/** What one request meets. */
export type DemoAnswer =
  | { kind: 'answer'; status: number; delayMs: number; bytes: number }
  /** Never answered: the prober's time limit ends it. */
  | { kind: 'hang' }
  /** The head and half of the body, then the connection is gone. */
  | { kind: 'cut'; delayMs: number };

/** A number in [0, 1) for each call; the same seed gives the same numbers. */
export type Noise = () => number;

/** mulberry32: small, fast and good enough for noise in a demonstration. */
export function createNoise(seed: number): Noise {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A slow wave around `middleMs` with noise that now and then has a long tail, as real latencies have. */
function drifting(
  elapsedMs: number,
  noise: Noise,
  wave: { middleMs: number; swingMs: number; periodMs: number },
): number {
  const slow = Math.sin((2 * Math.PI * elapsedMs) / wave.periodMs) * wave.swingMs;
  const jitter = (noise() - 0.5) * 0.2 * wave.middleMs;
  const tail = noise() < 0.03 ? wave.middleMs * noise() * 2 : 0;
  return Math.max(1, wave.middleMs + slow + jitter + tail);
}

/** Whether `elapsedMs` lies in the part `[fromMs, fromMs + lengthMs)` of a repeating period. */
export function isWithin(elapsedMs: number, periodMs: number, fromMs: number, lengthMs: number): boolean {
  const at = elapsedMs % periodMs;
  return at >= fromMs && at < fromMs + lengthMs;
}

export type DemoPath = 'shop' | 'payments' | 'search' | 'reports' | 'images';

/**
 * How each address behaves at an instant. Pure but for the noise. Each trouble comes within the first minute and again
 * and again, at different times, so that the board is never all red.
 * @param elapsedMs since the service was started
 */
export const behaviours: Record<DemoPath, (elapsedMs: number, noise: Noise) => DemoAnswer> = {
  /** Always well. */
  shop: (elapsedMs, noise) =>
    answer(drifting(elapsedMs, noise, { middleMs: 60, swingMs: 25, periodMs: 40_000 }), 4096),
  /** Slower than its threshold at the top of each wave. */
  payments: (elapsedMs, noise) =>
    answer(drifting(elapsedMs, noise, { middleMs: 220, swingMs: 140, periodMs: 50_000 }), 512),
  /** Errors of its own: single ones now and then, and a row of them every 45 s. */
  search(elapsedMs, noise) {
    const delayMs = drifting(elapsedMs, noise, { middleMs: 90, swingMs: 30, periodMs: 30_000 });
    const isBroken = isWithin(elapsedMs, 45_000, 25_000, 8000) || noise() < 0.02;
    return isBroken
      ? { kind: 'answer', status: 503, delayMs: delayMs / 3, bytes: 64 }
      : answer(delayMs, 2048);
  },
  /** Does not answer at all for a while every minute. */
  reports(elapsedMs, noise) {
    if (isWithin(elapsedMs, 60_000, 35_000, 9000)) return { kind: 'hang' };
    return answer(drifting(elapsedMs, noise, { middleMs: 300, swingMs: 80, periodMs: 70_000 }), 65_536);
  },
  /** Loses its connection in the middle of an answer every now and then. */
  images(elapsedMs, noise) {
    const delayMs = drifting(elapsedMs, noise, { middleMs: 120, swingMs: 50, periodMs: 60_000 });
    const isCut = isWithin(elapsedMs, 55_000, 15_000, 3000) || noise() < 0.01;
    return isCut ? { kind: 'cut', delayMs } : answer(delayMs, 131_072);
  },
};

function answer(delayMs: number, bytes: number): DemoAnswer {
  return { kind: 'answer', status: 200, delayMs, bytes };
}

/** Whether the address that comes and goes refuses connections at that instant. */
export function isRefusing(elapsedMs: number): boolean {
  return isWithin(elapsedMs, 50_000, 20_000, 7000);
}
