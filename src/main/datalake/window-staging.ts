import type { WindowRow } from '../../shared/domain/window-row';
import { metricsSchema } from './metrics-schema';
import type { StagingTable } from './staging-table';

/** Of an INTEGER: a count beyond it would come out negative. Only a producer that makes missed instants up gets there. */
const MOST = 2_147_483_647;

/** Writes one window into the lanes of a staging table. */
export function createWindowStager(table: StagingTable): (row: WindowRow) => void {
  const setters = metricsSchema.columns.map(({ name, type }, index) => {
    const lane = table.lanes[index];
    if (lane === undefined) throw new Error(`the staging table has no column ${name}`);
    return (window: WindowRow, row: number): void => {
      const value = window[name];
      if (typeof value === 'object') {
        if (value === null) lane.setNull(row);
        else lane.setList(row, value);
      } else if (typeof value === 'string') lane.i32[row] = table.intern(value);
      else if (typeof value === 'boolean') lane.i8[row] = value ? 1 : 0;
      else if (type === 'DOUBLE') lane.f64[row] = value;
      else if (type === 'INTEGER') lane.i32[row] = Math.min(value, MOST);
      else lane.setInt64(row, value);
    };
  });
  return (window) => {
    const row = table.position;
    for (const set of setters) set(window, row);
    table.advance();
  };
}
