import type { Comparison } from '../../../shared/contract/overview';
import type { Range } from '../../../shared/contract/questions';
import { percentiles } from './percentiles';
import type { Question } from './question';
import { instant } from './sql-values';
import { totals } from './totals';
import { MAX_WINDOW_US, windowSource } from './window-source';

/** A range of one target in numbers, together and by each prober that has a window in it. */
export async function compare(question: Question, targetId: string, range: Range): Promise<Comparison> {
  const starts = { fromUs: Math.max(0, range.fromUs - MAX_WINDOW_US), toUs: range.toUs };
  const source = windowSource(question, { targetId, probeId: null }, starts);
  const answer = await question.session.query(
    `SELECT DISTINCT probe_id FROM ${source.from} WHERE end_time > $from`,
    { ...source.values, from: instant(range.fromUs) },
  );
  const inMemory = source.overlay.filter((row) => row.end_time > range.fromUs);
  const ids = new Set([...answer.texts('probe_id'), ...inMemory.map((row) => row.probe_id)]);
  const measuredBy = async (probeId: string | null) => {
    const scope = { targetId, probeId };
    return {
      totals: await totals(question, scope, range),
      percentiles: await percentiles(question, scope, range),
    };
  };
  const together = await measuredBy(null);
  const probers: Comparison['probers'] = [];
  for (const probeId of [...ids].sort()) probers.push({ probeId, ...(await measuredBy(probeId)) });
  return { together, probers };
}
