import type { WindowRow } from '../../../shared/domain/window-row';
import type { Question } from './question';
import type { Scope } from './scope';
import { searchBack } from './search-back';
import { integer } from './sql-values';
import { readWindowRows } from './window-rows';
import { windowSource } from './window-source';

/** The newest `limit` windows by `start_time`, newest first; those that start together by target and prober. */
export async function lastWindows(
  question: Question,
  scope: Scope,
  limit: number,
  newestUs: number,
): Promise<WindowRow[]> {
  const found: WindowRow[] = [];
  for (const range of searchBack(newestUs)) {
    const source = windowSource(question, scope, range);
    const answer = await question.session.query(
      `SELECT * FROM ${source.from} ORDER BY start_time DESC, target_id, probe_id LIMIT $limit`,
      { ...source.values, limit: integer(limit - found.length) },
    );
    found.push(...[...readWindowRows(answer), ...source.overlay].sort(newestFirst));
    if (found.length >= limit) break;
  }
  return found.slice(0, limit);
}

function newestFirst(a: WindowRow, b: WindowRow): number {
  return (
    b.start_time - a.start_time ||
    compareTexts(a.target_id, b.target_id) ||
    compareTexts(a.probe_id, b.probe_id)
  );
}

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
