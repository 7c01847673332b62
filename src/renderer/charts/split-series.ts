import type { Series } from '../../shared/contract/questions';

/** A raw series of several probers as one series each, in the order of `probers.ids`; any other series alone. */
export function splitByProber(series: Series): Series[] {
  const { probers } = series;
  if (probers === null || probers.of.length === 0) return [series];
  return probers.ids.map((id, prober) => {
    const own = probers.of.flatMap((of, at) => (of === prober ? [at] : []));
    const pick = <V>(column: readonly V[]): V[] => own.map((at) => column[at] as V);
    return {
      ...series,
      probers: { ids: [id], of: [] },
      timestampUs: pick(series.timestampUs),
      outcome: series.outcome === null ? null : pick(series.outcome),
      latencyMs: pick(series.latencyMs),
      minMs: pick(series.minMs),
      maxMs: pick(series.maxMs),
      p50Ms: pick(series.p50Ms),
      p95Ms: pick(series.p95Ms),
      p99Ms: pick(series.p99Ms),
      total: pick(series.total),
      errors: pick(series.errors),
      degraded: pick(series.degraded),
      unknown: pick(series.unknown),
      missed: pick(series.missed),
    };
  });
}

/** How far apart a series' points mostly stand, ms: the interval of a target whose settings are unknown here. */
export function typicalIntervalMs(series: Series): number | null {
  const gaps = splitByProber(series)
    .flatMap(({ timestampUs }) => timestampUs.slice(1).map((us, at) => us - (timestampUs[at] ?? us)))
    .filter((us) => us > 0)
    .sort((a, b) => a - b);
  const middle = gaps[Math.floor(gaps.length / 2)];
  return middle === undefined ? null : middle / 1000;
}
