import {
  BIGINT,
  type DuckDBType,
  type DuckDBValue,
  LIST,
  listValue,
  TIMESTAMP,
  timestampValue,
  VARCHAR,
} from '@duckdb/node-api';

/** A value for a named parameter (`$name`), with its type so that empty lists bind too. */
export interface SqlValue {
  value: DuckDBValue;
  type: DuckDBType;
}
export type SqlValues = Record<string, SqlValue>;

/** µs since the epoch, held inside what a TIMESTAMP can be, so that an open-ended range binds. */
const MAX_INSTANT_US = 8_640_000_000_000_000;
export const timestampOf = (us: number) => timestampValue(BigInt(Math.min(us, MAX_INSTANT_US)));

export const text = (value: string): SqlValue => ({ value, type: VARCHAR });
export const integer = (value: number): SqlValue => ({ value: BigInt(value), type: BIGINT });
/** @param us µs since the epoch */
export const instant = (us: number): SqlValue => ({ value: timestampOf(us), type: TIMESTAMP });
export const texts = (values: readonly string[]): SqlValue => ({
  value: listValue(values),
  type: LIST(VARCHAR),
});
/** @param values µs since the epoch */
export const instants = (values: readonly number[]): SqlValue => ({
  value: listValue(values.map(timestampOf)),
  type: LIST(TIMESTAMP),
});

/** @param type of the list's items */
export const list = (values: readonly DuckDBValue[], type: DuckDBType): SqlValue => ({
  value: listValue(values),
  type: LIST(type),
});

/** What `connection.run` takes: values and types apart. */
export function bindings(values: SqlValues): {
  values: Record<string, DuckDBValue>;
  types: Record<string, DuckDBType>;
} {
  const entries = Object.entries(values);
  return {
    values: Object.fromEntries(entries.map(([name, { value }]) => [name, value])),
    types: Object.fromEntries(entries.map(([name, { type }]) => [name, type])),
  };
}
