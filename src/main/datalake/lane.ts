import duckdb from '@duckdb/node-bindings';
import type { ColumnType } from './table-schema';

/** Rows in one DuckDB vector: the unit in which rows cross from JavaScript. */
export const VECTOR_ROWS = 2048;

const WIDTHS: Record<ColumnType, number> = {
  TIMESTAMP: 8,
  BIGINT: 8,
  DOUBLE: 8,
  INTEGER: 4,
  // Text is staged as an index into the staging table's dictionary; 0 stands for null.
  VARCHAR: 4,
  SMALLINT: 2,
  TINYINT: 1,
  BOOLEAN: 1,
  'INTEGER[]': 16,
};

/**
 * One column of up to {@link VECTOR_ROWS} rows in DuckDB's own memory layout, so that a whole vector is handed over by
 * one copy instead of one call per cell.
 */
export class Lane {
  readonly f64: Float64Array;
  readonly u32: Uint32Array;
  readonly i32: Int32Array;
  readonly i16: Int16Array;
  readonly i8: Int8Array;
  /** Elements of a list column, all rows one after another. */
  readonly items: number[] = [];
  readonly #bytes: ArrayBuffer;
  readonly #validity = new Uint8Array(VECTOR_ROWS / 8).fill(0xff);
  readonly #width: number;
  #hasNulls = false;

  constructor(readonly type: ColumnType) {
    this.#width = WIDTHS[type];
    this.#bytes = new ArrayBuffer(VECTOR_ROWS * 8 * Math.ceil(this.#width / 8));
    this.f64 = new Float64Array(this.#bytes);
    this.u32 = new Uint32Array(this.#bytes);
    this.i32 = new Int32Array(this.#bytes);
    this.i16 = new Int16Array(this.#bytes);
    this.i8 = new Int8Array(this.#bytes);
  }

  setNull(row: number): void {
    this.#hasNulls = true;
    this.#validity[row >> 3] = (this.#validity[row >> 3] ?? 0) & ~(1 << (row & 7));
  }

  /** A 64-bit integer from a safe integer, without a BigInt in between. */
  setInt64(row: number, value: number): void {
    const high = Math.floor(value / 0x1_0000_0000);
    this.u32[2 * row] = value - high * 0x1_0000_0000;
    this.i32[2 * row + 1] = high;
  }

  setDouble(row: number, value: number | null): void {
    if (value === null) this.setNull(row);
    else this.f64[row] = value;
  }

  setList(row: number, values: readonly number[]): void {
    this.u32[4 * row] = this.items.length;
    this.u32[4 * row + 1] = 0;
    this.u32[4 * row + 2] = values.length;
    this.u32[4 * row + 3] = 0;
    for (const value of values) this.items.push(value);
  }

  /** Copies the first `rows` rows into a vector of a fresh or reset chunk, and is empty afterwards. */
  moveTo(vector: duckdb.Vector, rows: number): void {
    if (this.type === 'INTEGER[]') {
      const items = Int32Array.from(this.items);
      duckdb.list_vector_reserve(vector, items.length);
      duckdb.list_vector_set_size(vector, items.length);
      const child = duckdb.list_vector_get_child(vector);
      if (items.length > 0) duckdb.copy_data_to_vector(child, 0, items.buffer, 0, items.byteLength);
      this.items.length = 0;
    }
    duckdb.copy_data_to_vector(vector, 0, this.#bytes, 0, rows * this.#width);
    if (!this.#hasNulls) return;
    const bytes = Math.ceil(rows / 64) * 8;
    duckdb.vector_ensure_validity_writable(vector);
    duckdb.copy_data_to_vector_validity(vector, 0, this.#validity.buffer, 0, bytes);
    this.#validity.fill(0xff);
    this.#hasNulls = false;
  }
}
