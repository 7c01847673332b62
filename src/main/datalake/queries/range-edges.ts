import type { Range } from '../../../shared/contract/questions';
import { type WindowKey, windowKeyOf } from '../../../shared/domain/window-row';
import type { Question } from './question';
import { missedBefore, rawSource } from './raw-source';
import type { Scope } from './scope';
import { instant, instants, type SqlValues, texts } from './sql-values';
import { MAX_WINDOW_US, windowSource } from './window-source';

/** The part inside the range of a window that lies across one of its ends. */
interface Edge extends WindowKey {
  fromUs: number;
  toUs: number;
}

/** Attempts of windows that lie across an end of the range: a table expression over raw rows, with its parameters. */
export interface EdgeRows {
  /**
   * All columns of `lake1_raw`, with `inside` (due inside the range, so not for a missed row that only reaches in)
   * and `missed_inside` (due instants inside the range that a missed row stands for).
   */
  from: string;
  values: SqlValues;
}

/** Windows that lie across an end of `range`, by what of them is inside. */
export async function findEdges(question: Question, scope: Scope, range: Range): Promise<Edge[]> {
  const edges = new Map<string, Edge>();
  for (const endUs of [range.fromUs, range.toUs]) {
    const source = windowSource(question, scope, {
      fromUs: Math.max(0, endUs - MAX_WINDOW_US),
      toUs: endUs,
    });
    const answer = await question.session.query(
      `SELECT target_id, probe_id, start_time, end_time FROM ${source.from} WHERE end_time > $end_us`,
      { ...source.values, end_us: instant(endUs) },
    );
    const endTime = answer.numbers('end_time');
    const probeId = answer.texts('probe_id');
    const start = answer.numbers('start_time');
    const across = answer.texts('target_id').map((target_id, row) => ({
      target_id,
      probe_id: probeId[row]!,
      start_time: start[row]!,
      end_time: endTime[row]!,
    }));
    for (const row of [...across, ...source.overlay.filter((row) => row.end_time > endUs)]) {
      edges.set(windowKeyOf(row), {
        target_id: row.target_id,
        probe_id: row.probe_id,
        start_time: row.start_time,
        fromUs: Math.max(row.start_time, range.fromUs),
        toUs: Math.min(row.end_time, range.toUs),
      });
    }
  }
  return [...edges.values()];
}

/** One entry per end of the range that has edges, so that each reads only the files around its end. */
export function edgeRows({ view }: Question, scope: Scope, range: Range, edges: readonly Edge[]): EdgeRows[] {
  const atStart = edges.filter((edge) => edge.fromUs === range.fromUs);
  const atEnd = edges.filter((edge) => edge.fromUs !== range.fromUs);
  return [atStart, atEnd]
    .filter((group) => group.length > 0)
    .map((group) => {
      const fromUs = group.reduce((least, edge) => Math.min(least, edge.fromUs), Number.MAX_SAFE_INTEGER);
      const toUs = group.reduce((most, edge) => Math.max(most, edge.toUs), 0);
      const source = rawSource(view, scope, { fromUs, toUs });
      const missedInside = `${missedBefore('epoch_us(edge_to)')} - ${missedBefore('epoch_us(edge_from)')}`;
      return {
        from: `(SELECT r.*, timestamp >= edge_from AND timestamp < edge_to AS inside,
            CASE WHEN outcome = 'missed' THEN ${missedInside} ELSE 0 END AS missed_inside
          FROM ${source.from} AS r
          JOIN (SELECT unnest($edge_targets) AS edge_target, unnest($edge_probes) AS edge_probe,
                  unnest($edge_froms) AS edge_from, unnest($edge_tos) AS edge_to) AS e
            ON r.target_id = edge_target AND r.probe_id = edge_probe
              AND r.timestamp < edge_to AND coalesce(r.missed_until, r.timestamp) >= edge_from)`,
        values: {
          ...source.values,
          edge_targets: texts(group.map((edge) => edge.target_id)),
          edge_probes: texts(group.map((edge) => edge.probe_id)),
          edge_froms: instants(group.map((edge) => edge.fromUs)),
          edge_tos: instants(group.map((edge) => edge.toUs)),
        },
      };
    });
}
