/** The DuckDB types that the lake's columns use; each maps to one plain Parquet type that every reader knows. */
export type ColumnType =
  | 'TIMESTAMP'
  | 'VARCHAR'
  | 'BIGINT'
  | 'INTEGER'
  | 'SMALLINT'
  | 'TINYINT'
  | 'DOUBLE'
  | 'BOOLEAN'
  | 'INTEGER[]';

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
}

export interface TableSchema {
  readonly table: 'lake1_raw' | 'lake2_metrics';
  readonly dateColumn: string;
  readonly columns: readonly Column[];
}

/** The columns as a select list, in order. */
export function columnList(schema: TableSchema): string {
  return schema.columns.map((column) => `"${column.name}"`).join(', ');
}

/** A table expression with the columns and no rows. */
export function emptyTable(schema: TableSchema): string {
  const columns = schema.columns.map((column) => `NULL::${column.type} AS "${column.name}"`);
  return `(SELECT ${columns.join(', ')} WHERE false)`;
}
