import type { WindowRow } from '../../shared/domain/window-row';
import { metricsSchema } from './metrics-schema';
import type { StagingTable } from './staging-table';

/** Of an INTEGER: a count beyond it would come out negative. Only a producer that makes missed instants up gets there. */
const MOST = 2_147_483_647;

/** Writes one window into the lanes of a staging table. */
export function createWindowStager(table: StagingTable): (row: WindowRow) => void {
  const setters = metricsSchema.columns.map(({ name, type }) => setterOf(table, name, type));
  return (window) => {
    const row = table.position;
    for (const set of setters) set(window, row);
    table.advance();
  };
}

function setterOf(
  table: StagingTable,
  name: keyof WindowRow,
  type: (typeof metricsSchema.columns)[number]['type'],
): (window: WindowRow, row: number) => void {
  if (type === 'INTEGER[]') {
    const list = table.list(name);
    return (window, row) => list.set(row, window[name] as number[]);
  }
  const column = table.column(name);
  return (window, row) => {
    const value = window[name] as string | number | boolean | null;
    if (typeof value === 'string') column.setInt32(row, table.intern(value));
    else if (typeof value === 'boolean') column.setInt32(row, value ? 1 : 0);
    else if (type === 'DOUBLE') column.setDouble(row, value);
    else if (type === 'INTEGER') column.setInt32(row, value === null ? null : Math.min(value, MOST));
    else column.setInt64(row, value);
  };
}
