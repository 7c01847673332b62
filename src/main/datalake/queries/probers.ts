import type { LakeProber } from '../lake-queries';
import type { Question } from './question';
import { windowSource } from './window-source';

const ALL_OF_TIME = { fromUs: 0, toUs: Number.MAX_SAFE_INTEGER };

/** Everyone whose windows stand in files or in memory, from when to when, and of which targets; by `probeId`. */
export async function probers(question: Question): Promise<LakeProber[]> {
  const source = windowSource(question, null, ALL_OF_TIME);
  const answer = await question.session.query(
    `SELECT probe_id, target_id, min(start_time) AS from_time, max(end_time) AS to_time
     FROM ${source.from} GROUP BY probe_id, target_id`,
    source.values,
  );
  const found = new Map<string, LakeProber>();
  const targets = new Map<string, Set<string>>();
  const put = (probeId: string, targetId: string, fromUs: number, toUs: number): void => {
    const known = found.get(probeId);
    found.set(probeId, {
      probeId,
      fromUs: Math.min(known?.fromUs ?? fromUs, fromUs),
      toUs: Math.max(known?.toUs ?? toUs, toUs),
      targetIds: [],
    });
    const ids = targets.get(probeId) ?? new Set<string>();
    targets.set(probeId, ids.add(targetId));
  };
  const [targetIds, from, to] = [
    answer.texts('target_id'),
    answer.numbers('from_time'),
    answer.numbers('to_time'),
  ];
  answer.texts('probe_id').forEach((probeId, row) => {
    put(probeId, targetIds[row]!, from[row]!, to[row]!);
  });
  for (const row of source.overlay) put(row.probe_id, row.target_id, row.start_time, row.end_time);
  return [...found.values()]
    .map((prober) => ({ ...prober, targetIds: [...(targets.get(prober.probeId) ?? [])].sort() }))
    .sort((a, b) => (a.probeId < b.probeId ? -1 : 1));
}
