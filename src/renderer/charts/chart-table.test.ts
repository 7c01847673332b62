import { expect, it } from 'vitest';
import type { Phases } from '../../shared/contract/overview';
import type { Series } from '../../shared/contract/questions';
import { csvOf, tableOfPhases, tableOfSeries } from './chart-table';

const T0 = Date.UTC(2026, 0, 2, 3, 4, 5) * 1000;
const series: Series = {
  kind: 'raw',
  bucketUs: null,
  timestampUs: [T0, T0 + 1_000_000],
  outcome: ['up', 'down'],
  latencyMs: [12.34, null],
  minMs: [12.34, null],
  maxMs: [12.34, null],
  p50Ms: [12.34, null],
  p95Ms: [12.34, null],
  p99Ms: [12.34, null],
  total: [1, 1],
  errors: [0, 1],
  degraded: [0, 0],
  unknown: [0, 0],
  missed: [0, 0],
} as unknown as Series;

it('raw points are rows of instant, outcome and latency; what was not measured is empty', () => {
  expect(csvOf(tableOfSeries(series))).toBe(
    'time,outcome,latency_ms\r\n2026-01-02T03:04:05.000Z,up,12.34\r\n2026-01-02T03:04:06.000Z,down,\r\n',
  );
});

it('buckets keep their extremes, percentiles and counts', () => {
  const { columns, rows } = tableOfSeries({ ...series, kind: 'bucket' });
  expect(columns).toEqual([
    ...['time', 'min_ms', 'p50_ms', 'p95_ms', 'p99_ms', 'max_ms'],
    ...['total', 'errors', 'degraded', 'unknown', 'missed'],
  ]);
  expect(rows[1]).toEqual(['2026-01-02T03:04:06.000Z', null, null, null, null, null, 1, 1, 0, 0, 0]);
});

it('phases are rows of their five durations', () => {
  const phases: Phases = {
    bucketUs: null,
    timestampUs: [T0],
    dnsMs: [null],
    connectMs: [1],
    tlsMs: [2],
    ttfbMs: [3],
    transferMs: [4],
    count: [1],
  };
  expect(tableOfPhases(phases).rows).toEqual([['2026-01-02T03:04:05.000Z', null, 1, 2, 3, 4, 1]]);
});
