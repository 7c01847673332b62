/** One column of a lane. What was not written in a row is what an earlier row left there: write every column of each row. */
export class LaneColumn {
  readonly #width: number;
  readonly #index: number;
  readonly #setNull: (at: number) => void;
  readonly #f64: Float64Array;
  readonly #i32: Int32Array;
  readonly #u32: Uint32Array;

  /**
   * @param bytes of the lane
   * @param of `width` values per row, of which this column's is the one at `index`; `setNull` takes row × width + index
   */
  constructor(bytes: ArrayBuffer, of: { width: number; index: number; setNull: (at: number) => void }) {
    this.#width = of.width;
    this.#index = of.index;
    this.#setNull = of.setNull;
    this.#f64 = new Float64Array(bytes);
    this.#i32 = new Int32Array(bytes);
    this.#u32 = new Uint32Array(bytes);
  }

  setNull(row: number): void {
    this.#setNull(row * this.#width + this.#index);
  }

  /** In a lane of `INTEGER`. */
  setInt32(row: number, value: number | null): void {
    if (value === null) this.setNull(row);
    else this.#i32[row * this.#width + this.#index] = value;
  }

  /** A safe integer, without a BigInt in between; in a lane of `BIGINT`. */
  setInt64(row: number, value: number | null): void {
    if (value === null) {
      this.setNull(row);
      return;
    }
    const at = 2 * (row * this.#width + this.#index);
    const high = Math.floor(value / 0x1_0000_0000);
    this.#u32[at] = value - high * 0x1_0000_0000;
    this.#i32[at + 1] = high;
  }

  /** In a lane of `DOUBLE`. */
  setDouble(row: number, value: number | null): void {
    if (value === null) this.setNull(row);
    else this.#f64[row * this.#width + this.#index] = value;
  }
}
