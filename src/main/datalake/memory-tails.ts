import type { DuckDBConnection } from '@duckdb/node-api';
import type { ProbeEvent } from '../../shared/domain/probe-event';
import { rawSchema } from './raw-schema';
import { createRawStager } from './raw-staging';
import { instant, quoteList } from './sql-text';
import { StagingTable } from './staging-table';

interface Generation {
  table: StagingTable;
  put: (event: ProbeEvent) => void;
  /** Dates whose rows a file holds already, after a flush that wrote some dates and failed at others. */
  flushedDates: ReadonlySet<string>;
  flushedRows: number;
  oldestUs: number;
  newestUs: number;
  pins: number;
  retired: boolean;
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
  #counter = 0;

  private constructor(
    private readonly connection: DuckDBConnection,
    private readonly appending: DuckDBConnection,
  ) {}

  /**
   * @param connection makes and drops tables while others wait
   * @param appending used for nothing but appending: it is synchronous, and a connection can do one thing at a time
   */
  static async create(connection: DuckDBConnection, appending: DuckDBConnection): Promise<MemoryTails> {
    const tails = new MemoryTails(connection, appending);
    tails.#generations = [await tails.#newGeneration()];
    await tails.prepare();
    return tails;
  }

  append(events: readonly ProbeEvent[]): void {
    const current = this.#current();
    for (const event of events) {
      current.put(event);
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
        generation.retired = true;
        this.#generations = this.#generations.filter((kept) => kept !== generation);
        this.#dropIfUnused(generation);
      }
    }
  }

  /** Drops all rows. Nothing may be pinned. */
  async clear(): Promise<void> {
    const old = this.#generations;
    this.#generations = [await this.#newGeneration()];
    for (const generation of old) await generation.table.drop(this.connection);
  }

  #current(): Generation {
    const current = this.#generations.at(-1);
    if (current === undefined) throw new Error('the lake has no tail to append to');
    return current;
  }

  async #newGeneration(): Promise<Generation> {
    this.#counter += 1;
    const table = await StagingTable.create(
      this.connection,
      `raw_tail_${this.#counter}`,
      rawSchema,
      this.appending,
    );
    return {
      table,
      put: createRawStager(table),
      flushedDates: new Set(),
      flushedRows: 0,
      oldestUs: Number.POSITIVE_INFINITY,
      newestUs: Number.NEGATIVE_INFINITY,
      pins: 0,
      retired: false,
    };
  }

  #dropIfUnused(generation: Generation): void {
    // Nobody waits for it, and a table that could not be dropped costs nothing but its memory until the end.
    if (generation.retired && generation.pins === 0) {
      generation.table.drop(this.connection).catch(() => undefined);
    }
  }
}

/** The rows of a cut as a select of the schema's columns; `fromUs`/`toUs` narrow it to rows of one date. */
export function selectTail(cut: TailCut, range?: { fromUs: number; toUs: number }): string {
  const conditions: string[] = [];
  if (range !== undefined) {
    conditions.push(`r."timestamp" >= ${instant(range.fromUs)} AND r."timestamp" < ${instant(range.toUs)}`);
  }
  if (cut.flushedDates.size > 0) {
    const dates = quoteList([...cut.flushedDates]);
    conditions.push(`NOT list_contains(${dates}::DATE[], r."timestamp"::DATE)`);
  }
  return cut.generation.table.select(cut.rows, conditions.join(' AND '));
}

/** Whether the rows of a cut can hold an instant of the half-open range. */
export function tailOverlaps(cut: TailCut, range: { fromUs: number; toUs: number }): boolean {
  return cut.generation.oldestUs < range.toUs && cut.generation.newestUs >= range.fromUs;
}
