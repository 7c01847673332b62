import type { WindowLength } from './aggregator';

/** Where windows begin and end: aligned to the epoch, with a length that may change at instants aligned to both. */
export class WindowGrid {
  private entries: WindowLength[];
  private newest: WindowLength;

  /** @param lengths ascending, at least one; the first holds from minus infinity */
  constructor(lengths: readonly WindowLength[]) {
    const first = lengths[0];
    if (first === undefined) throw new RangeError('a grid of windows has at least one length');
    this.entries = lengths.map((entry) => ({ ...entry }));
    this.newest = this.entries.at(-1) ?? first;
  }

  get lengths(): readonly WindowLength[] {
    return this.entries;
  }

  /** The length in force at an instant, and since when. */
  lengthAt(us: number): WindowLength {
    if (us >= this.newest.fromUs) return this.newest;
    return this.entries.findLast((entry) => entry.fromUs <= us) ?? this.entries[0] ?? this.newest;
  }

  /** The start of the window that holds an instant, µs. */
  startOf(us: number): number {
    const lengthUs = this.lengthAt(us).windowMs * 1000;
    return Math.floor(us / lengthUs) * lengthUs;
  }

  /** The end of the window that holds an instant, µs: the first instant after it. */
  endOf(us: number): number {
    const lengthUs = this.lengthAt(us).windowMs * 1000;
    return Math.floor(us / lengthUs) * lengthUs + lengthUs;
  }

  /**
   * Lets windows be `windowMs` long from the next instant on that is aligned to both lengths and lies after `afterUs`;
   * a change that begins after `afterUs` is replaced.
   * @returns the instant from which the length holds, µs
   */
  change(windowMs: number, afterUs: number): number {
    const begun = this.entries.filter((entry, index) => index === 0 || entry.fromUs <= afterUs);
    const inForce = begun.at(-1) ?? this.newest;
    if (inForce.windowMs === windowMs) this.newest = inForce;
    else {
      const stepUs = leastCommonMultiple(inForce.windowMs, windowMs) * 1000;
      this.newest = { fromUs: (Math.floor(afterUs / stepUs) + 1) * stepUs, windowMs };
      begun.push(this.newest);
    }
    this.entries = begun;
    return this.newest.fromUs;
  }
}

function leastCommonMultiple(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return (a / x) * b;
}
