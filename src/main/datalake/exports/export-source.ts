import type { ExportRequest, Range } from '../../../shared/contract/questions';
import type { WindowRow } from '../../../shared/domain/window-row';
import type { LakeView } from '../lake-view';
import { metricsSchema } from '../metrics-schema';
import type { QuerySession } from '../queries/query-session';
import { instant, integer, type SqlValues, text } from '../queries/sql-values';
import { windowSource } from '../queries/window-source';
import { rawSchema } from '../raw-schema';
import { columnList, type TableSchema } from '../table-schema';
import { windowValues } from './window-values';

/** What an export reads: one table, restricted to its targets. */
export interface ExportSource {
  schema: TableSchema;
  /** Rows whose time lies in `range`, as a select without order, with its parameters. */
  rows(range: Range): { select: string; values: SqlValues };
  /** The columns that make the order of rows the same every time. */
  order: string;
}

/**
 * A row belongs to the range by its `timestamp` or `start_time`, so that exports of ranges that meet share no row.
 * @param overlay windows in memory, which win over those in files
 */
export function exportSource(
  request: ExportRequest,
  view: LakeView,
  overlay: readonly WindowRow[],
): ExportSource {
  const targets = Object.fromEntries(request.targetIds.map((id, index) => [`t${index}`, text(id)]));
  const names = Object.keys(targets).map((name) => `$${name}`);
  const ofTargets = names.length === 0 ? 'true' : `target_id IN (${names.join(', ')})`;

  if (request.table === 'raw') {
    return {
      schema: rawSchema,
      order: 'timestamp, target_id, probe_id, seq',
      rows: (range) => ({
        select: `SELECT ${columnList(rawSchema)} FROM ${view.raw(range)}
          WHERE timestamp >= $from AND timestamp < $to AND ${ofTargets}`,
        values: { ...targets, from: instant(range.fromUs), to: instant(range.toUs) },
      }),
    };
  }
  return {
    schema: metricsSchema,
    order: 'start_time, target_id, probe_id',
    rows: (range) => {
      const source = windowSource({ view, overlay }, null, range);
      const inFiles = `SELECT ${columnList(metricsSchema)} FROM ${source.from}`;
      if (source.overlay.length === 0) {
        return { select: `${inFiles} WHERE ${ofTargets}`, values: { ...source.values, ...targets } };
      }
      const inMemory = windowValues(source.overlay);
      return {
        select: `SELECT * FROM (${inFiles} UNION ALL ${inMemory.select}) WHERE ${ofTargets}`,
        values: { ...source.values, ...inMemory.values, ...targets },
      };
    },
  };
}

const SLICE_US = 300_000_000;

/** The range cut into pieces of at most `maxRows` (unless five minutes hold more), in order. */
export async function planSlices(
  session: QuerySession,
  source: ExportSource,
  range: Range,
  maxRows: number,
): Promise<{ range: Range; rows: number }[]> {
  const { select, values } = source.rows(range);
  const counted = await session.query(
    `SELECT epoch_us(${source.schema.dateColumn}) // $slice AS slice, count(*) AS rows FROM (${select})
     GROUP BY slice ORDER BY slice`,
    { ...values, slice: integer(SLICE_US) },
  );
  const rows = counted.numbers('rows');
  const slices: { range: Range; rows: number }[] = [];
  counted.numbers('slice').forEach((slice, index) => {
    const count = rows[index]!;
    const last = slices.at(-1);
    const toUs = Math.min((slice + 1) * SLICE_US, range.toUs);
    if (last !== undefined && last.rows + count <= maxRows) {
      last.range = { fromUs: last.range.fromUs, toUs };
      last.rows += count;
    } else {
      slices.push({ range: { fromUs: last?.range.toUs ?? range.fromUs, toUs }, rows: count });
    }
  });
  return slices;
}
