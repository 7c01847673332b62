const FIRST_CAPACITY = 32;
/** Most windows of a gap never see a latency. */
const NONE = new Uint32Array(0);

/** Latencies in whole µs: 4 bytes each, and sorted only as far as they are not sorted yet. */
export class LatencyList {
  length = 0;
  /** An hour and more fits 32 bits; a list that is given something longer widens to doubles. */
  private values: Uint32Array | Float64Array = NONE;
  private sortedLength = 0;

  add(us: number): void {
    if (us >>> 0 !== us && this.values instanceof Uint32Array) this.values = Float64Array.from(this.values);
    if (this.length === this.values.length) this.grow();
    this.values[this.length] = us;
    this.length += 1;
  }

  /** All latencies, ascending; good until the next `add`. */
  sorted(): Uint32Array | Float64Array {
    const { values, length, sortedLength } = this;
    if (sortedLength < length) {
      const added = values.slice(sortedLength, length).sort();
      // Merged from the back, so that nothing is overwritten before it was moved.
      let left = sortedLength - 1;
      let right = added.length - 1;
      for (let at = length - 1; right >= 0; at -= 1) {
        if (left >= 0 && values[left]! > added[right]!) values[at] = values[left--]!;
        else values[at] = added[right--]!;
      }
      this.sortedLength = length;
    }
    return values.subarray(0, length);
  }

  private grow(): void {
    const { values } = this;
    const capacity = Math.max(FIRST_CAPACITY, values.length * 2);
    const grown = values instanceof Uint32Array ? new Uint32Array(capacity) : new Float64Array(capacity);
    grown.set(values);
    this.values = grown;
  }
}
