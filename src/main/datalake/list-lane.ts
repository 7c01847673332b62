import { type DuckDBType, INTEGER, LIST } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import { VECTOR_ROWS } from './lane';

/** Offset and length of a row's list, both 64 bits wide. */
const ENTRY_BYTES = 16;

/** A column of lists of 32-bit integers, of up to {@link VECTOR_ROWS} rows, in DuckDB's own memory layout. */
export class ListLane {
  readonly type: DuckDBType = LIST(INTEGER);
  /** Of all rows, one after another. */
  readonly #items: number[] = [];
  readonly #entries = new Uint32Array((VECTOR_ROWS * ENTRY_BYTES) / 4);

  set(row: number, values: readonly number[]): void {
    this.#entries[4 * row] = this.#items.length;
    this.#entries[4 * row + 2] = values.length;
    for (const value of values) this.#items.push(value);
  }

  /** Copies the first `rows` rows into a vector of a fresh or reset chunk, and is empty afterwards. */
  moveTo(vector: duckdb.Vector, rows: number): void {
    const items = Int32Array.from(this.#items);
    duckdb.list_vector_reserve(vector, items.length);
    duckdb.list_vector_set_size(vector, items.length);
    const child = duckdb.list_vector_get_child(vector);
    if (items.length > 0) duckdb.copy_data_to_vector(child, 0, items.buffer, 0, items.byteLength);
    duckdb.copy_data_to_vector(vector, 0, this.#entries.buffer, 0, rows * ENTRY_BYTES);
    this.#items.length = 0;
  }
}
