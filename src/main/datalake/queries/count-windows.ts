import type { Question } from './question';
import { windowSource } from './window-source';

/**
 * How many windows there are, in files or in memory.
 * @param rowsInFiles known from the live files; null = count them
 */
export async function countWindows(question: Question, rowsInFiles: number | null): Promise<number> {
  const { overlay } = question;
  const inFiles = rowsInFiles ?? (await countRows(question, question.view.windows()));
  if (overlay.length === 0) return inFiles;
  const starts = overlay.map((row) => row.start_time);
  const span = {
    fromUs: starts.reduce((least, us) => Math.min(least, us)),
    toUs: starts.reduce((most, us) => Math.max(most, us)) + 1,
  };
  // Those of the overlay's time with and without what the overlay replaces: the difference stands in both.
  const all = windowSource({ ...question, overlay: [] }, null, span);
  const kept = windowSource(question, null, span);
  const replaced =
    (await countRows(question, all.from, all.values)) - (await countRows(question, kept.from, kept.values));
  return inFiles - replaced + overlay.length;
}

async function countRows(
  { session }: Question,
  table: string,
  values: Parameters<Question['session']['query']>[1] = {},
): Promise<number> {
  const answer = await session.query(`SELECT count(*) AS windows FROM ${table}`, values);
  return answer.numbers('windows')[0] ?? 0;
}
