import type { DuckDBConnection, DuckDBDataChunk, DuckDBResult } from '@duckdb/node-api';
import { AppError, toAppError } from '../../../shared/contract/app-error';
import { type AnswerColumns, readColumns } from './answer-columns';
import { bindings, type SqlValues } from './sql-values';

/** An interrupt that comes before the statement really runs is lost in DuckDB, so it is repeated until it is heard. */
const INTERRUPT_EVERY_MS = 10;

/** One question's use of a connection. Every statement stops when the question's signal aborts. */
export interface QuerySession {
  /** @throws AppError `cancelled` when the signal aborts, `internal` when DuckDB refuses. */
  query(sql: string, values?: SqlValues): Promise<AnswerColumns>;
  /** The same for who decodes the rows otherwise. */
  chunks(sql: string, values?: SqlValues): Promise<DuckDBDataChunk[]>;
  /** A statement that changes or writes rows; resolves with how many. */
  execute(sql: string, values?: SqlValues): Promise<number>;
}

export function createQuerySession(connection: DuckDBConnection, signal: AbortSignal): QuerySession {
  async function run(sql: string, values: SqlValues): Promise<DuckDBResult> {
    const bound = bindings(values);
    return await connection.run(sql, bound.values, bound.types);
  }
  return {
    query: (sql, values = {}) =>
      interruptible(connection, signal, async () => await readColumns(await run(sql, values))),
    chunks: (sql, values = {}) =>
      interruptible(connection, signal, async () => await (await run(sql, values)).fetchAllChunks()),
    execute: (sql, values = {}) =>
      interruptible(connection, signal, async () => (await run(sql, values)).rowsChanged),
  };
}

async function interruptible<T>(
  connection: DuckDBConnection,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  throwIfCancelled(signal);
  let repeat: NodeJS.Timeout | undefined;
  const interrupt = () => {
    connection.interrupt();
    repeat = setInterval(() => connection.interrupt(), INTERRUPT_EVERY_MS);
  };
  signal.addEventListener('abort', interrupt, { once: true });
  try {
    return await work();
  } catch (error) {
    throwIfCancelled(signal);
    throw toAppError(error);
  } finally {
    signal.removeEventListener('abort', interrupt);
    clearInterval(repeat);
  }
}

/** @throws AppError `cancelled` */
export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw cancelled();
}

export function cancelled(): AppError {
  return new AppError('cancelled', 'The question was cancelled.');
}
