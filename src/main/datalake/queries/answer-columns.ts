import { DuckDBListValue, type DuckDBResult, DuckDBTimestampValue, type DuckDBValue } from '@duckdb/node-api';
import { AppError } from '../../../shared/contract/app-error';

/** A query's whole answer by column, each value checked to be what the reader expects. Instants are µs. */
export interface AnswerColumns {
  readonly rowCount: number;
  numbers(name: string): number[];
  nullableNumbers(name: string): (number | null)[];
  texts(name: string): string[];
  nullableTexts(name: string): (string | null)[];
  booleans(name: string): boolean[];
  /** A null list is an empty one. */
  numberLists(name: string): number[][];
}

/** Reads what is left of `result` into columns. */
export async function readColumns(result: DuckDBResult): Promise<AnswerColumns> {
  const names = result.columnNames();
  const columns = await result.getColumns();
  const rowCount = columns[0]?.length ?? 0;

  function map<T>(name: string, read: (value: DuckDBValue) => T | undefined): T[] {
    const column = columns[names.indexOf(name)];
    if (column === undefined) {
      // An answer without rows has no column arrays at all.
      if (names.includes(name)) return [];
      throw unexpected(name, 'missing');
    }
    return column.map((value) => {
      const read_ = read(value);
      if (read_ === undefined) throw unexpected(name, String(value));
      return read_;
    });
  }

  return {
    rowCount,
    numbers: (name) => map(name, asNumber),
    nullableNumbers: (name) => map(name, (value) => (value === null ? null : asNumber(value))),
    texts: (name) => map(name, asText),
    nullableTexts: (name) => map(name, (value) => (value === null ? null : asText(value))),
    booleans: (name) => map(name, (value) => (typeof value === 'boolean' ? value : undefined)),
    numberLists: (name) => map(name, asNumbers),
  };
}

function asNumber(value: DuckDBValue): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof DuckDBTimestampValue) return Number(value.micros);
  return undefined;
}

function asText(value: DuckDBValue): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function asNumbers(value: DuckDBValue): number[] | undefined {
  if (value === null) return [];
  if (!(value instanceof DuckDBListValue)) return undefined;
  const numbers = value.items.map(asNumber);
  return numbers.every((item) => item !== undefined) ? numbers : undefined;
}

function unexpected(column: string, value: string): AppError {
  return new AppError('corrupt', `The lake's column ${column} holds something unexpected: ${value}`, {
    domain: 'internal',
  });
}
