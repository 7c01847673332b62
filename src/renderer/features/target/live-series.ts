import type { Phases } from '../../../shared/contract/overview';
import type { ProbePoint } from '../../../shared/contract/pushes';
import type { Series } from '../../../shared/contract/questions';

const num = (yes: boolean) => (yes ? 1 : 0);

/**
 * A raw series with what has been pushed since, and without what has slid out on the left. Each prober's points follow its own
 * newest: those of several probers come in turn, not in order of time.
 * @param points of this target, ascending for each prober
 * @param fromUs entries before it are dropped
 */
export function extendSeries(series: Series, points: readonly ProbePoint[], fromUs: number): Series {
  const before = series.probers ?? { ids: [], of: [] };
  const proberAt = (index: number) => before.of[index] ?? 0;
  const newest = before.ids.map(() => -1);
  series.timestampUs.forEach((us, index) => {
    newest[proberAt(index)] = Math.max(newest[proberAt(index)] ?? -1, us);
  });
  const ids = [...before.ids];
  const fresh: { point: ProbePoint; prober: number }[] = [];
  for (const point of points) {
    const known = ids.indexOf(point.probeId);
    const prober = known === -1 ? ids.push(point.probeId) - 1 : known;
    if (point.timestampUs > (newest[prober] ?? -1)) fresh.push({ point, prober });
  }
  let drop = 0;
  while ((series.timestampUs[drop] ?? Number.POSITIVE_INFINITY) < fromUs) drop += 1;
  if (fresh.length === 0 && drop === 0) return series;

  const kept = series.timestampUs.length - drop;
  const timestampUs = [...series.timestampUs.slice(drop), ...fresh.map(({ point }) => point.timestampUs)];
  const probers = [...Array(kept).keys()]
    .map((at) => proberAt(at + drop))
    .concat(fresh.map((one) => one.prober));
  const order = [...timestampUs.keys()].sort(
    (a, b) => (timestampUs[a] ?? 0) - (timestampUs[b] ?? 0) || (probers[a] ?? 0) - (probers[b] ?? 0),
  );
  const grow = <V>(column: readonly V[], value: (point: ProbePoint) => V): V[] =>
    order.map(
      (at) => (at < kept ? column[at + drop] : value((fresh[at - kept] as { point: ProbePoint }).point)) as V,
    );
  const latency = (point: ProbePoint) => point.latencyMs;
  return {
    ...series,
    timestampUs: order.map((at) => timestampUs[at] ?? 0),
    probers: { ids, of: ids.length < 2 ? [] : order.map((at) => probers[at] ?? 0) },
    outcome: grow(series.outcome ?? [], (point) => point.outcome),
    latencyMs: grow(series.latencyMs, latency),
    minMs: grow(series.minMs, latency),
    maxMs: grow(series.maxMs, latency),
    p50Ms: grow(series.p50Ms, latency),
    p95Ms: grow(series.p95Ms, latency),
    p99Ms: grow(series.p99Ms, latency),
    total: grow(series.total, ({ outcome }) => num(outcome !== 'missed' && outcome !== 'unknown')),
    errors: grow(series.errors, ({ outcome }) => num(outcome === 'down')),
    degraded: grow(series.degraded, ({ outcome }) => num(outcome === 'degraded')),
    unknown: grow(series.unknown, ({ outcome }) => num(outcome === 'unknown')),
    missed: grow(series.missed, ({ outcome }) => num(outcome === 'missed')),
  };
}

/** The same for the phases of one prober; those of several are means, which only the lake forms. */
export function extendPhases(phases: Phases, points: readonly ProbePoint[], fromUs: number): Phases {
  const newest = phases.timestampUs.at(-1) ?? -1;
  const fresh = points.filter((point) => point.timestampUs > newest && point.latencyMs !== null);
  let drop = 0;
  while ((phases.timestampUs[drop] ?? Number.POSITIVE_INFINITY) < fromUs) drop += 1;
  if (fresh.length === 0 && drop === 0) return phases;
  const grow = (column: readonly (number | null)[], at: 0 | 1 | 2 | 3 | 4) => [
    ...column.slice(drop),
    ...fresh.map((point) => point.phasesMs[at]),
  ];
  return {
    ...phases,
    timestampUs: [...phases.timestampUs.slice(drop), ...fresh.map((point) => point.timestampUs)],
    dnsMs: grow(phases.dnsMs, 0),
    connectMs: grow(phases.connectMs, 1),
    tlsMs: grow(phases.tlsMs, 2),
    ttfbMs: grow(phases.ttfbMs, 3),
    transferMs: grow(phases.transferMs, 4),
    count: [...phases.count.slice(drop), ...fresh.map(() => 1)],
  };
}
