import type { DuckDBConnection } from '@duckdb/node-api';
import type { ProbeEvent } from '../../shared/domain/probe-event';
import { rawSchema } from './raw-schema';
import { createRawStager } from './raw-staging';
import { instant, quoteList } from './sql-text';
import { StagingLanes, StagingTable } from './staging-table';

interface Generation {
  table: StagingTable;
  /** Null until the first row comes: a partition that rests costs next to nothing. */
  put: ((event: ProbeEvent) => void) | null;
  /** Dates whose rows a file holds already, after a flush that wrote some dates and failed at others. */
  flushedDates: ReadonlySet<string>;
  flushedRows: number;
  oldestUs: number;
  newestUs: number;
  pins: number;
}

/** What a view keeps of one generation: rows that come later are not in it. */
export interface TailCut {
  generation: Generation;
  rows: number;
  flushedDates: ReadonlySet<string>;
}

/**
 * The raw rows that no file holds yet, in generations: a flush takes all generations there are and starts the next,
 * so that rows appended meanwhile stay apart. A generation is dropped when its rows are live in files and no view
 * reads it any more.
 */
export class MemoryTails {
  #generations: Generation[] = [];
  #spare: Generation | null = null;
  #lanes: StagingLanes | null = null;
  #closed = false;
  /** Dropped when nothing is pinned any more. */
  #retired = new Set<Generation>();

  private constructor(
    private readonly connection: DuckDBConnection,
    private readonly appending: DuckDBConnection,
    private readonly newTable: () => string,
  ) {}

  /**
   * @param connection makes and drops tables while others wait; closed by `close`
   * @param appending used for nothing but appending: it is synchronous, and a connection can do one thing at a time
   * @param newTable a name that no other table in the database has
   */
  static async create(
    connection: DuckDBConnection,
    appending: DuckDBConnection,
    newTable: () => string,
  ): Promise<MemoryTails> {
    const tails = new MemoryTails(connection, appending, newTable);
    tails.#generations = [await tails.#newGeneration()];
    await tails.prepare();
    return tails;
  }

  append(events: readonly ProbeEvent[]): void {
    if (events.length === 0) return;
    const current = this.#current();
    const put = this.#putter(current);
    for (const event of events) {
      put(event);
      const last = event.missed_until ?? event.timestamp;
      if (event.timestamp < current.oldestUs) current.oldestUs = event.timestamp;
      if (last > current.newestUs) current.newestUs = last;
    }
  }

  /** Rows that no file holds yet. */
  get rows(): number {
    let rows = 0;
    for (const generation of this.#generations) rows += generation.table.rows - generation.flushedRows;
    return rows;
  }

  /** What the texts of those rows take, each counted once per generation. */
  get textBytes(): number {
    return this.#generations.reduce((sum, { table }) => sum + table.textBytes, 0);
  }

  span(): { minUs: number; maxUs: number } | null {
    const filled = this.#generations.filter((generation) => generation.table.rows > generation.flushedRows);
    if (filled.length === 0) return null;
    return {
      minUs: Math.min(...filled.map((generation) => generation.oldestUs)),
      maxUs: Math.max(...filled.map((generation) => generation.newestUs)),
    };
  }

  /** Everything appended so far, pinned until `unpin`. Synchronous: nothing can come between. */
  pin(): TailCut[] {
    const cuts: TailCut[] = [];
    for (const generation of this.#generations) {
      const rows = generation.table.materialise();
      if (rows === generation.flushedRows) continue;
      generation.pins += 1;
      cuts.push({ generation, rows, flushedDates: generation.flushedDates });
    }
    return cuts;
  }

  unpin(cuts: readonly TailCut[]): void {
    for (const { generation } of cuts) {
      generation.pins -= 1;
      this.#dropIfUnused(generation);
    }
  }

  /** Like `pin`, and what is appended from now on goes to a new generation. Needs `prepare` before each call. */
  cut(): TailCut[] {
    const cuts = this.pin();
    if (this.#current().table.rows > 0) {
      const spare = this.#spare;
      if (spare === null) throw new Error('a tail was cut before the next one was prepared');
      this.#spare = null;
      this.#generations = [...this.#generations, spare];
    } else {
      // Nothing came since the last flush.
      this.#lanes = null;
      this.#current().put = null;
    }
    return cuts;
  }

  /** Creates the next generation ahead of time, since a cut may not wait. */
  async prepare(): Promise<void> {
    this.#spare ??= await this.#newGeneration();
  }

  /** Files hold the rows of these dates now. To be called in the same step as the change of the live files. */
  markFlushed(cuts: readonly TailCut[], dates: readonly string[], rowsOf: (cut: TailCut) => number): void {
    for (const cut of cuts) {
      const { generation } = cut;
      generation.flushedDates = new Set([...generation.flushedDates, ...dates]);
      generation.flushedRows += rowsOf(cut);
      if (generation.flushedRows === generation.table.rows && generation !== this.#current()) {
        this.#generations = this.#generations.filter((kept) => kept !== generation);
        this.#retire(generation);
      }
    }
  }

  /** Drops all rows. Nothing may be pinned. */
  async clear(): Promise<void> {
    const old = this.#generations;
    this.#generations = [await this.#newGeneration()];
    // Rows that were not handed over yet go with their lanes.
    this.#lanes = null;
    for (const generation of old) await generation.table.drop(this.connection);
  }

  /** Forgets all rows; what a view still reads goes when it is released. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const open = [...this.#generations, ...(this.#spare === null ? [] : [this.#spare])];
    this.#generations = [];
    this.#spare = null;
    this.#lanes = null;
    for (const generation of open) this.#retire(generation);
  }

  #putter(generation: Generation): (event: ProbeEvent) => void {
    if (generation.put === null) {
      this.#lanes ??= new StagingLanes(rawSchema);
      generation.table.use(this.#lanes);
      generation.put = createRawStager(generation.table);
    }
    return generation.put;
  }

  #current(): Generation {
    const current = this.#generations.at(-1);
    if (current === undefined) throw new Error('the lake has no tail to append to');
    return current;
  }

  async #newGeneration(): Promise<Generation> {
    const table = await StagingTable.create(this.connection, this.newTable(), rawSchema, this.appending);
    return {
      table,
      put: null,
      flushedDates: new Set(),
      flushedRows: 0,
      oldestUs: Number.POSITIVE_INFINITY,
      newestUs: Number.NEGATIVE_INFINITY,
      pins: 0,
    };
  }

  #retire(generation: Generation): void {
    this.#retired.add(generation);
    this.#dropIfUnused(generation);
  }

  #dropIfUnused(generation: Generation): void {
    if (generation.pins > 0 || !this.#retired.has(generation)) return;
    // Nobody waits for it, and a table that could not be dropped costs nothing but its memory until the end.
    void generation.table
      .drop(this.connection)
      .catch(() => undefined)
      .finally(() => {
        this.#retired.delete(generation);
        if (this.#closed && this.#retired.size === 0) this.#closeConnections();
      });
  }

  #closeConnections(): void {
    this.appending.closeSync();
    this.connection.closeSync();
  }
}

/** The rows of a cut as a select of the schema's columns; `fromUs`/`toUs` narrow it to rows of one date. */
export function selectTail(cut: TailCut, range?: { fromUs: number; toUs: number }): string {
  const { table } = cut.generation;
  const timestamp = table.sqlOf('timestamp');
  const conditions: string[] = [];
  if (range !== undefined) {
    conditions.push(`${timestamp} >= ${instant(range.fromUs)} AND ${timestamp} < ${instant(range.toUs)}`);
  }
  if (cut.flushedDates.size > 0) {
    const dates = quoteList([...cut.flushedDates]);
    conditions.push(`NOT list_contains(${dates}::DATE[], ${timestamp}::DATE)`);
  }
  return table.select(cut.rows, conditions.join(' AND '));
}

/** Whether the rows of a cut can hold an instant of the half-open range. */
export function tailOverlaps(cut: TailCut, range: { fromUs: number; toUs: number }): boolean {
  return cut.generation.oldestUs < range.toUs && cut.generation.newestUs >= range.fromUs;
}
