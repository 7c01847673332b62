import type { Phases } from '../../shared/contract/overview';
import type { Series } from '../../shared/contract/questions';

/** What a chart is drawn from, as rows. Names and units are the lake's, the same in every language. */
export interface ChartTable {
  columns: readonly string[];
  rows: readonly (readonly (string | number | null)[])[];
}

const iso = (us: number) => new Date(us / 1000).toISOString();

/** Every point of the latency chart; a bucket of several probes begins at its `time`. */
export function tableOfSeries(series: Series): ChartTable {
  const counts = ['total', 'errors', 'degraded', 'unknown', 'missed'] as const;
  const isRaw = series.kind === 'raw';
  const several = (series.probers?.ids.length ?? 0) > 1;
  return {
    columns: isRaw
      ? ['time', ...(several ? ['probe_id'] : []), 'outcome', 'latency_ms']
      : ['time', 'min_ms', 'p50_ms', 'p95_ms', 'p99_ms', 'max_ms', ...counts],
    rows: series.timestampUs.map((us, at) =>
      isRaw
        ? [
            iso(us),
            ...(several ? [series.probers?.ids[series.probers.of[at] ?? 0] ?? null] : []),
            series.outcome?.[at] ?? null,
            series.latencyMs[at] ?? null,
          ]
        : [
            iso(us),
            series.minMs[at] ?? null,
            series.p50Ms[at] ?? null,
            series.p95Ms[at] ?? null,
            series.p99Ms[at] ?? null,
            series.maxMs[at] ?? null,
            ...counts.map((name) => series[name][at] ?? null),
          ],
    ),
  };
}

export function tableOfPhases(phases: Phases): ChartTable {
  return {
    columns: ['time', 'dns_ms', 'connect_ms', 'tls_ms', 'ttfb_ms', 'transfer_ms', 'count'],
    rows: phases.timestampUs.map((us, at) => [
      iso(us),
      phases.dnsMs[at] ?? null,
      phases.connectMs[at] ?? null,
      phases.tlsMs[at] ?? null,
      phases.ttfbMs[at] ?? null,
      phases.transferMs[at] ?? null,
      phases.count[at] ?? null,
    ]),
  };
}

/** RFC 4180, with a line break at the end. No value here holds a comma or a quote. */
export function csvOf({ columns, rows }: ChartTable): string {
  return `${[columns, ...rows].map((row) => row.map((value) => value ?? '').join(',')).join('\r\n')}\r\n`;
}
