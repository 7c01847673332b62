import { ARRAY, BIGINT, DOUBLE, type DuckDBType, INTEGER } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import { LaneColumn } from './lane-column';

/** Rows in one DuckDB vector: the unit in which rows cross from JavaScript. */
export const VECTOR_ROWS = 2048;

/** What a lane's values are in DuckDB. */
export type LaneType = 'BIGINT' | 'DOUBLE' | 'INTEGER';

const ELEMENTS: Record<LaneType, { type: DuckDBType; bytes: number }> = {
  BIGINT: { type: BIGINT, bytes: 8 },
  DOUBLE: { type: DOUBLE, bytes: 8 },
  INTEGER: { type: INTEGER, bytes: 4 },
};

/**
 * Several columns of one type, of up to {@link VECTOR_ROWS} rows, side by side in DuckDB's own memory layout of an array
 * column, so that a whole vector is handed over by one copy instead of one call per cell.
 */
export class Lane {
  /** Of the vector that it is moved to. */
  readonly type: DuckDBType;
  readonly #bytes: ArrayBuffer;
  readonly #validity: Uint8Array<ArrayBuffer>;
  readonly #elementBytes: number;
  #hasNulls = false;

  /** @param width columns, that is values per row */
  constructor(
    of: LaneType,
    readonly width: number,
  ) {
    const element = ELEMENTS[of];
    this.type = ARRAY(element.type, width);
    this.#elementBytes = element.bytes;
    this.#bytes = new ArrayBuffer(VECTOR_ROWS * width * element.bytes);
    this.#validity = new Uint8Array((VECTOR_ROWS * width) / 8).fill(0xff);
  }

  /** @param index of the column in the lane */
  column(index: number): LaneColumn {
    return new LaneColumn(this.#bytes, { width: this.width, index, setNull: (at) => this.#setNull(at) });
  }

  #setNull(at: number): void {
    this.#hasNulls = true;
    this.#validity[at >> 3] = (this.#validity[at >> 3] ?? 0) & ~(1 << (at & 7));
  }

  /** Copies the first `rows` rows into a vector of a fresh or reset chunk, and is empty afterwards. */
  moveTo(vector: duckdb.Vector, rows: number): void {
    const values = rows * this.width;
    const child = duckdb.array_vector_get_child(vector);
    duckdb.copy_data_to_vector(child, 0, this.#bytes, 0, values * this.#elementBytes);
    if (!this.#hasNulls) return;
    duckdb.vector_ensure_validity_writable(child);
    const bytes = Math.ceil(values / 64) * 8;
    duckdb.copy_data_to_vector_validity(child, 0, this.#validity.buffer, 0, bytes);
    this.#validity.fill(0xff);
    this.#hasNulls = false;
  }
}
