import type { ProbeEvent } from '../../shared/domain/probe-event';

/**
 * The due instants that one `missed` row stands for: instant i of n lies round(i · (until − from) / (n − 1)) µs after the
 * first. A gap of days stays one object; windows ask how many of the instants are theirs.
 */
export class MissedSpan {
  readonly fromUs: number;
  /** The last instant, µs. */
  readonly lastUs: number;
  private readonly instants: number;

  /** @param late whether the row came after the window of its `timestamp` had closed */
  constructor(
    readonly event: ProbeEvent,
    readonly late: boolean,
  ) {
    this.instants = Math.max(1, event.missed_count ?? 1);
    this.fromUs = event.timestamp;
    this.lastUs =
      this.instants === 1 ? this.fromUs : Math.max(this.fromUs, event.missed_until ?? this.fromUs);
  }

  /** How many of the instants lie in `[startUs, endUs)`. */
  countIn(startUs: number, endUs: number): number {
    if (this.lastUs < startUs || this.fromUs >= endUs) return 0;
    return this.countBefore(endUs) - this.countBefore(startUs);
  }

  /** The first instant at or after `us`; null when there is none. */
  firstFrom(us: number): number | null {
    if (us <= this.fromUs) return this.fromUs;
    return us > this.lastUs ? null : this.instantAt(this.countBefore(us));
  }

  private instantAt(index: number): number {
    if (index === 0) return this.fromUs;
    return this.fromUs + Math.round((index * (this.lastUs - this.fromUs)) / (this.instants - 1));
  }

  /** How many instants lie before `us`: guessed by division, and found by halving where rounding made the guess wrong. */
  private countBefore(us: number): number {
    if (us <= this.fromUs) return 0;
    if (us > this.lastUs) return this.instants;
    const guess = Math.ceil(((us - this.fromUs) * (this.instants - 1)) / (this.lastUs - this.fromUs));
    if (this.instantAt(guess - 1) < us && this.instantAt(guess) >= us) return guess;
    let low = 0;
    let high = this.instants;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.instantAt(middle) < us) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
