import type { DuckDBDataChunk, DuckDBValue } from '@duckdb/node-api';
import type { ProbeEvent } from '../../shared/domain/probe-event';
import { rawSchema } from './raw-schema';

/** The select list that `decodeEvents` expects: instants and 64-bit integers as DOUBLE, exact up to 2^53. */
export const eventColumns = rawSchema.columns
  .map(({ name, type }) => {
    if (type === 'TIMESTAMP') return `epoch_us("${name}")::DOUBLE AS "${name}"`;
    if (type === 'BIGINT') return `"${name}"::DOUBLE AS "${name}"`;
    return `"${name}"`;
  })
  .join(', ');

/** Rows of the lake as events. Their text columns hold what we wrote, so that no value is checked again. */
export function decodeEvents(chunk: DuckDBDataChunk): ProbeEvent[] {
  const columns = rawSchema.columns.map((_, index) => chunk.getColumnValues(index));
  const events: ProbeEvent[] = [];
  for (let row = 0; row < chunk.rowCount; row++) {
    const event: Record<string, DuckDBValue> = {};
    for (const [index, column] of rawSchema.columns.entries())
      event[column.name] = columns[index]?.[row] ?? null;
    events.push(event as unknown as ProbeEvent);
  }
  return events;
}
