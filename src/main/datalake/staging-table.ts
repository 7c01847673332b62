import { type DuckDBAppender, type DuckDBConnection, DuckDBDataChunk, VARCHAR } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import { Lane, VECTOR_ROWS } from './lane';
import type { LaneColumn } from './lane-column';
import { ListLane } from './list-lane';
import { layoutOf, type StagedLayout } from './staged-layout';
import type { TableSchema } from './table-schema';

/**
 * Where rows are written before they are handed over, a vector at a time: close to a megabyte. Tables that are filled one after
 * the other share it.
 */
export class StagingLanes {
  readonly lanes: readonly (Lane | ListLane)[];
  readonly chunk: DuckDBDataChunk;
  readonly textChunk: DuckDBDataChunk;
  readonly #layout: StagedLayout;

  constructor(schema: TableSchema) {
    this.#layout = layoutOf(schema);
    this.lanes = this.#layout.lanes.map(({ type, width }) =>
      type === 'INTEGER[]' ? new ListLane() : new Lane(type, width),
    );
    this.chunk = DuckDBDataChunk.create(this.lanes.map(({ type }) => type));
    this.textChunk = DuckDBDataChunk.create([VARCHAR]);
  }

  column(name: string): LaneColumn {
    const { lane, index } = this.#layout.placeOf(name);
    const found = this.lanes[lane];
    if (!(found instanceof Lane)) throw new Error(`the column ${name} holds lists`);
    return found.column(index);
  }

  list(name: string): ListLane {
    const found = this.lanes[this.#layout.placeOf(name).lane];
    if (!(found instanceof ListLane)) throw new Error(`the column ${name} holds no lists`);
    return found;
  }
}

/** Handed-over vectors are made visible so many at a time. */
const FLUSHED_CHUNKS = 4;

/**
 * A table in memory that rows go into a vector at a time. Text crosses as indices into a dictionary that lives and dies
 * with the table: the same few URLs and names stand in every row, and a string per cell would cost most of the time.
 * Rows are visible to queries after `materialise`.
 */
export class StagingTable {
  #staging: StagingLanes | null = null;
  readonly #ids = new Map<string, number>();
  #newTexts: string[] = [];
  /** Rows in the lanes, not handed over yet. */
  #pending = 0;
  #rows = 0;
  #textBytes = 0;
  #chunks = 0;
  #dirty = false;
  #textsDirty = false;

  private constructor(
    private readonly name: string,
    private readonly schema: TableSchema,
    private readonly layout: StagedLayout,
    private readonly appender: DuckDBAppender,
    private readonly textAppender: DuckDBAppender,
  ) {}

  /** @param connection used for nothing but appending: an append waits for whatever else runs on it */
  static async create(
    connection: DuckDBConnection,
    name: string,
    schema: TableSchema,
    appending: DuckDBConnection = connection,
  ): Promise<StagingTable> {
    const layout = layoutOf(schema);
    const columns = layout.lanes.map(({ name: lane, type, width }) =>
      type === 'INTEGER[]' ? `${lane} ${type}` : `${lane} ${type}[${width}]`,
    );
    await connection.run(
      `CREATE TABLE ${name} (${columns.join(', ')}); CREATE TABLE ${name}_texts (text VARCHAR)`,
    );
    const appender = await appending.createAppender(name);
    const textAppender = await appending.createAppender(`${name}_texts`);
    return new StagingTable(name, schema, layout, appender, textAppender);
  }

  get rows(): number {
    return this.#rows;
  }

  /** Of the dictionary, about: a byte per character. */
  get textBytes(): number {
    return this.#textBytes;
  }

  column(name: string): LaneColumn {
    return this.#stagingLanes().column(name);
  }

  list(name: string): ListLane {
    return this.#stagingLanes().list(name);
  }

  /** Writes into these lanes from now on. Nobody else's rows may stand in them. */
  use(staging: StagingLanes): void {
    this.#staging = staging;
  }

  /** Where the next row goes. Write all columns there, then call `advance`. */
  get position(): number {
    return this.#pending;
  }

  advance(): void {
    this.#pending += 1;
    this.#rows += 1;
    if (this.#pending === VECTOR_ROWS) this.#handOver();
  }

  /** The dictionary index of a text; 0 for null. */
  intern(text: string | null): number {
    if (text === null) return 0;
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    const id = this.#ids.size + 1;
    this.#ids.set(text, id);
    this.#textBytes += text.length;
    this.#newTexts.push(text);
    return id;
  }

  /** Makes every row so far visible to queries; returns how many. */
  materialise(): number {
    if (this.#pending > 0) this.#handOver();
    if (this.#dirty) this.#flush();
    return this.#rows;
  }

  /** The first `rows` rows with their texts, as a select of the schema's columns in order. @param where see `sqlOf` */
  select(rows: number, where = ''): string {
    const columns = this.schema.columns.map(({ name }) => `${this.sqlOf(name)} AS "${name}"`);
    return (
      `SELECT ${columns.join(', ')} FROM ${this.name} r, ` +
      `(SELECT coalesce(list(text ORDER BY rowid), []) AS texts FROM ${this.name}_texts) ` +
      `WHERE r.rowid < ${rows}${where === '' ? '' : ` AND ${where}`}`
    );
  }

  /** A column's value as SQL, for the condition of a `select`. */
  sqlOf(column: string): string {
    return this.layout.sqlOf(column, 'r');
  }

  async drop(connection: DuckDBConnection): Promise<void> {
    this.appender.closeSync();
    this.textAppender.closeSync();
    await connection.run(`DROP TABLE ${this.name}; DROP TABLE ${this.name}_texts`);
  }

  #stagingLanes(): StagingLanes {
    this.#staging ??= new StagingLanes(this.schema);
    return this.#staging;
  }

  #flush(): void {
    if (this.#textsDirty) this.textAppender.flushSync();
    this.appender.flushSync();
    this.#textsDirty = false;
    this.#dirty = false;
  }

  #handOver(): void {
    this.#handOverTexts();
    const rows = this.#pending;
    const { chunk, lanes } = this.#stagingLanes();
    chunk.reset();
    chunk.rowCount = rows;
    for (const [index, lane] of lanes.entries()) {
      lane.moveTo(duckdb.data_chunk_get_vector(chunk.chunk, index), rows);
    }
    this.appender.appendDataChunk(chunk);
    this.#pending = 0;
    this.#dirty = true;
    this.#chunks += 1;
    // Left to the appender it would happen for a hundred vectors at once, and hold up everything else meanwhile.
    if (this.#chunks % FLUSHED_CHUNKS === 0) this.#flush();
  }

  #handOverTexts(): void {
    const texts = this.#newTexts;
    const { textChunk } = this.#stagingLanes();
    for (let from = 0; from < texts.length; from += VECTOR_ROWS) {
      const slice = texts.slice(from, from + VECTOR_ROWS);
      textChunk.reset();
      textChunk.rowCount = slice.length;
      const vector = duckdb.data_chunk_get_vector(textChunk.chunk, 0);
      for (const [row, text] of slice.entries()) duckdb.vector_assign_string_element(vector, row, text);
      this.textAppender.appendDataChunk(textChunk);
    }
    if (texts.length === 0) return;
    this.#newTexts = [];
    this.#textsDirty = true;
  }
}
