import type { Question } from './question';
import { windowSource } from './window-source';

/** How many windows there are, in files or in memory; those in both count once. */
export async function countWindows(question: Question): Promise<number> {
  const { overlay, session, view } = question;
  if (overlay.length === 0) return view.windowRows;
  const starts = overlay.map((row) => row.start_time);
  const span = {
    fromUs: starts.reduce((least, us) => Math.min(least, us)),
    toUs: starts.reduce((most, us) => Math.max(most, us)) + 1,
  };
  // Rows in files of the overlay's time, and those of them that the overlay leaves: the difference stands in both.
  const all = windowSource({ ...question, overlay: [] }, null, span);
  const kept = windowSource(question, null, span);
  const answer = await session.query(
    `SELECT (SELECT count(*) FROM ${all.from}) - (SELECT count(*) FROM ${kept.from}) AS replaced`,
    kept.values,
  );
  return view.windowRows - (answer.numbers('replaced')[0] ?? 0) + overlay.length;
}
