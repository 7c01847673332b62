import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  type DuckDBType,
  type DuckDBValue,
  INTEGER,
  LIST,
  listValue,
  SMALLINT,
  TIMESTAMP,
  TINYINT,
  VARCHAR,
} from '@duckdb/node-api';
import type { WindowRow } from '../../../shared/domain/window-row';
import { metricsSchema } from '../metrics-schema';
import { list, type SqlValues, timestampOf } from '../queries/sql-values';
import type { ColumnType } from '../table-schema';

const TYPES: Record<ColumnType, DuckDBType> = {
  TIMESTAMP,
  VARCHAR,
  BIGINT,
  INTEGER,
  SMALLINT,
  TINYINT,
  DOUBLE,
  BOOLEAN,
  'INTEGER[]': LIST(INTEGER),
};

/** Windows in memory as a select with the columns of `lake2_metrics`, and its parameters. */
export function windowValues(rows: readonly WindowRow[]): { select: string; values: SqlValues } {
  const values: SqlValues = {};
  const columns = metricsSchema.columns.map(({ name, type }) => {
    values[`row_${name}`] = list(
      rows.map((row) => cellOf(row[name], type)),
      TYPES[type],
    );
    return `unnest($row_${name}) AS "${name}"`;
  });
  return { select: `SELECT ${columns.join(', ')}`, values };
}

function cellOf(value: WindowRow[keyof WindowRow], type: ColumnType): DuckDBValue {
  if (typeof value === 'number' && type === 'TIMESTAMP') return timestampOf(value);
  if (typeof value === 'number' && type === 'BIGINT') return BigInt(value);
  return Array.isArray(value) ? listValue(value) : value;
}
