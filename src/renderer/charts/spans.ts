import type { Series } from '../../shared/contract/questions';

export type SpanRole = 'down' | 'unknown' | 'missed';

/** A stretch of one kind, `share` of its probes. */
export interface Span {
  role: SpanRole;
  fromUs: number;
  toUs: number;
  share: number;
}

/** How long entry `index` lasts: to the next one, at most `stepUs`; a missed row stands until the next entry. */
function endOf(series: Series, index: number, stepUs: number): number {
  const from = series.timestampUs[index] ?? 0;
  const next = series.timestampUs[index + 1];
  if (next === undefined) return from + stepUs;
  const lasts = series.outcome?.[index] === 'missed' && (series.missed[index] ?? 0) > 1;
  return lasts ? next : Math.min(next, from + stepUs);
}

function roleOf(series: Series, index: number): { role: SpanRole; share: number } | null {
  const outcome = series.outcome?.[index];
  if (outcome !== undefined) {
    return outcome === 'down' || outcome === 'unknown' || outcome === 'missed'
      ? { role: outcome, share: 1 }
      : null;
  }
  const total = series.total[index] ?? 0;
  const errors = series.errors[index] ?? 0;
  if (errors > 0) return { role: 'down', share: errors / total };
  if (total > 0) return null;
  return { role: (series.unknown[index] ?? 0) > 0 ? 'unknown' : 'missed', share: 1 };
}

/**
 * Failures, and stretches in which nothing was learned, neighbours of one kind joined.
 * @param stepUs the bucket's length, or the probe's interval
 */
export function spansOf(series: Series, stepUs: number): Span[] {
  const spans: Span[] = [];
  series.timestampUs.forEach((fromUs, index) => {
    const found = roleOf(series, index);
    if (found === null) return;
    const toUs = endOf(series, index, stepUs);
    const last = spans.at(-1);
    const touches = last !== undefined && fromUs - last.toUs < stepUs * 0.6;
    if (touches && last.role === found.role && last.share === found.share) last.toUs = toUs;
    else spans.push({ ...found, fromUs, toUs });
  });
  return spans;
}

/** Points for a line, with a break wherever entries are further apart than `stepUs` allows. */
export function withGaps(
  times: readonly number[],
  values: readonly (number | null)[],
  stepUs: number,
): [number, number | null][] {
  const points: [number, number | null][] = [];
  let before: number | null = null;
  times.forEach((us, index) => {
    if (before !== null && us - before > stepUs * 2.5) points.push([(before + stepUs) / 1000, null]);
    points.push([us / 1000, values[index] ?? null]);
    before = us;
  });
  return points;
}
