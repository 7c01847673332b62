/**
 * FNV-1a, 32 bits (Fowler, Noll, Vo), with the final mixing of MurmurHash3 (Appleby): spreads targets over workers and over
 * their interval, the same at every start. Without the mixing names that differ at their end lie close together.
 */
export function stableHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash ^= text.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * The instants at which one target is due: phase + k·interval on the event-time axis (µs). The phase spreads targets of the
 * same interval evenly, so that a thousand of them never start together.
 */
export class DueGrid {
  private readonly phaseUs: number;

  /** @param shiftUs moves the whole grid: after the clock stepped back, instants of the new grid repeat none of the old */
  constructor(
    targetId: string,
    readonly intervalUs: number,
    shiftUs = 0,
  ) {
    this.phaseUs = (Math.floor((stableHash(targetId) / 2 ** 32) * intervalUs) + shiftUs) % intervalUs;
  }

  /** The first due instant after `instantUs`. */
  after(instantUs: number): number {
    return this.atOrBefore(instantUs) + this.intervalUs;
  }

  /** The last due instant at or before `instantUs`. */
  atOrBefore(instantUs: number): number {
    return Math.floor((instantUs - this.phaseUs) / this.intervalUs) * this.intervalUs + this.phaseUs;
  }

  holds(instantUs: number): boolean {
    return this.atOrBefore(instantUs) === instantUs;
  }
}
