import type { UptimeSpan, Uptimes } from '../../../../shared/contract/overview';
import type { Question } from '../question';
import type { Scope } from '../scope';
import { windowSource } from '../window-source';

type Counts = Pick<UptimeSpan, 'totalPings' | 'errorCount' | 'unknownCount' | 'missedCount'>;

/**
 * Uptime and coverage of every target over the spans that end at `nowUs`, over the attempts of one
 * prober or of all, from whole windows, those in memory included.
 */
export async function uptimes(
  question: Question,
  spansMs: readonly number[],
  nowUs: number,
  probeId: Scope['probeId'],
): Promise<Uptimes> {
  const byTarget = new Map<string, UptimeSpan[]>();
  for (const spanMs of spansMs) {
    const range = { fromUs: Math.max(0, nowUs - spanMs * 1000), toUs: nowUs + 1 };
    const source = windowSource(question, { targetId: null, probeId }, range);
    const found = await question.session.query(
      `SELECT target_id, sum(total_pings)::DOUBLE AS total, sum(error_count)::DOUBLE AS errors,
         sum(unknown_count)::DOUBLE AS unknown, sum(missed_count)::DOUBLE AS missed
       FROM ${source.from} GROUP BY target_id`,
      source.values,
    );
    const counts = new Map<string, Counts>();
    const [total, errors] = [found.numbers('total'), found.numbers('errors')];
    const [unknown, missed] = [found.numbers('unknown'), found.numbers('missed')];
    found.texts('target_id').forEach((targetId, row) => {
      counts.set(targetId, {
        totalPings: total[row] ?? 0,
        errorCount: errors[row] ?? 0,
        unknownCount: unknown[row] ?? 0,
        missedCount: missed[row] ?? 0,
      });
    });
    for (const row of source.overlay) {
      const known = counts.get(row.target_id) ?? {
        totalPings: 0,
        errorCount: 0,
        unknownCount: 0,
        missedCount: 0,
      };
      known.totalPings += row.total_pings;
      known.errorCount += row.error_count;
      known.unknownCount += row.unknown_count;
      known.missedCount += row.missed_count;
      counts.set(row.target_id, known);
    }
    for (const [targetId, of] of counts) {
      const spans = byTarget.get(targetId) ?? [];
      byTarget.set(targetId, spans);
      spans.push({ spanMs, ...of, ...shares(of) });
    }
  }
  return [...byTarget].map(([targetId, spans]) => ({ targetId, spans }));
}

function shares({
  totalPings,
  errorCount,
  unknownCount,
  missedCount,
}: Counts): Pick<UptimeSpan, 'uptimePct' | 'coveragePct'> {
  const due = totalPings + unknownCount + missedCount;
  return {
    uptimePct: totalPings === 0 ? null : ((totalPings - errorCount) / totalPings) * 100,
    coveragePct: due === 0 ? null : (totalPings / due) * 100,
  };
}
