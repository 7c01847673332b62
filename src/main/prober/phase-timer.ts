/** The phases of an attempt, in the order they happen; over several redirect hops they are summed. */
export const PHASES = ['dns', 'connect', 'tls', 'ttfb', 'transfer'] as const;
export type Phase = (typeof PHASES)[number];

/** Hundredths of a millisecond: every phase and their sum are whole numbers of these, so that they add up exactly. */
const UNITS_PER_MS = 100;

/**
 * Splits an attempt into phases on the monotonic clock. Instants are rounded, not durations, so the phases always add up
 * to the time from the start to the last mark.
 */
export class PhaseTimer {
  private readonly units: (number | null)[] = [null, null, null, null, null];
  private lastUnits = 0;

  /** @param startMs monotonic, taken before anything of the attempt was begun */
  constructor(private readonly startMs: number) {}

  /** Ends a phase at `nowMs`: the time since the last mark belongs to it. */
  mark(phase: Phase, nowMs: number): void {
    const now = Math.max(this.lastUnits, Math.round((nowMs - this.startMs) * UNITS_PER_MS));
    const index = PHASES.indexOf(phase);
    this.units[index] = (this.units[index] ?? 0) + now - this.lastUnits;
    this.lastUnits = now;
  }

  /** ms; null when the phase never ended. */
  ms(phase: Phase): number | null {
    const units = this.units[PHASES.indexOf(phase)];
    return units == null ? null : units / UNITS_PER_MS;
  }

  /** Sum of all phases, ms. */
  totalMs(): number {
    return this.lastUnits / UNITS_PER_MS;
  }
}
