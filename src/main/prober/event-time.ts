import type { Clock } from '../platform/clock';

/** Wall and monotonic clock may part by this much before the axis is anchored anew. */
const MAX_PARTING_US = 1_000_000;
/** Smaller differences are slewed: at most so many µs per second, too little to disturb a schedule. */
const SLEW_US_PER_S = 500;
/** Differences this small are the wall clock's own grain of a millisecond: following them would only make ticks tremble. */
const GRAIN_US = 2000;
/** A slew never makes up for more than so many seconds at once. */
const MAX_SLEW_S = 10;

/**
 * Event time: UTC in microseconds, carried by the monotonic clock between anchors, so that a step of the wall clock moves no
 * due instant by surprise.
 */
export class EventTime {
  private anchorWallUs: number;
  private anchorMonotonicMs: number;
  private slewedMs: number;

  constructor(private readonly clock: Clock) {
    this.anchorWallUs = clock.nowUs();
    this.anchorMonotonicMs = clock.monotonicMs();
    this.slewedMs = this.anchorMonotonicMs;
  }

  nowUs(): number {
    return this.at(this.clock.monotonicMs());
  }

  /** The event time of a monotonic instant, µs. */
  at(monotonicMs: number): number {
    return Math.round(this.anchorWallUs + (monotonicMs - this.anchorMonotonicMs) * 1000);
  }

  /**
   * To be called about once a second or more often. Returns by how much the axis was stepped (µs; positive = forward), 0 when
   * it was not.
   */
  check(): number {
    const monotonicMs = this.clock.monotonicMs();
    const axisUs = this.at(monotonicMs);
    const partingUs = this.clock.nowUs() - axisUs;
    if (Math.abs(partingUs) > MAX_PARTING_US) {
      this.anchor(axisUs + partingUs, monotonicMs);
      return partingUs;
    }
    if (Math.abs(partingUs) <= GRAIN_US) {
      this.slewedMs = monotonicMs;
      return 0;
    }
    const elapsedS = Math.min((monotonicMs - this.slewedMs) / 1000, MAX_SLEW_S);
    const limitUs = Math.floor(SLEW_US_PER_S * elapsedS);
    if (limitUs > 0) this.anchor(axisUs + Math.max(-limitUs, Math.min(limitUs, partingUs)), monotonicMs);
    return 0;
  }

  private anchor(wallUs: number, monotonicMs: number): void {
    this.anchorWallUs = wallUs;
    this.anchorMonotonicMs = monotonicMs;
    this.slewedMs = monotonicMs;
  }
}
