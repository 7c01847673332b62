import { describe, expect, it } from 'vitest';
import type { ProbePoint } from '../../../shared/contract/pushes';
import type { Series } from '../../../shared/contract/questions';
import { splitByProber, typicalIntervalMs } from '../../charts/split-series';
import { extendSeries } from './live-series';

const columns = ['minMs', 'maxMs', 'p50Ms', 'p95Ms', 'p99Ms'] as const;
function seriesOf(ids: string[], points: [atUs: number, prober: number, latencyMs: number][]): Series {
  const latencyMs = points.map(([, , ms]) => ms);
  const counts = { total: points.map(() => 1), errors: points.map(() => 0), degraded: points.map(() => 0) };
  return {
    kind: 'raw',
    source: 'raw',
    bucketUs: null,
    timestampUs: points.map(([atUs]) => atUs),
    probers: { ids, of: ids.length < 2 ? [] : points.map(([, prober]) => prober) },
    outcome: points.map(() => 'up' as const),
    latencyMs,
    ...counts,
    unknown: points.map(() => 0),
    missed: points.map(() => 0),
    ...(Object.fromEntries(columns.map((name) => [name, latencyMs])) as Record<
      (typeof columns)[number],
      number[]
    >),
  };
}
const point = (probeId: string, timestampUs: number, latencyMs: number) =>
  ({ probeId, timestampUs, latencyMs, outcome: 'up' }) as ProbePoint;
const lineOf = (series: Series) =>
  splitByProber(series).map((part) => [
    part.probers?.ids[0],
    part.timestampUs.map((us, at) => [us, part.latencyMs[at]]),
  ]);

describe('a raw series that is lengthened live', () => {
  it("takes one prober's points in after its newest, and lets go of what slid out", () => {
    const series = seriesOf(
      ['lima'],
      [
        [1, 0, 10],
        [2, 0, 11],
      ],
    );
    const longer = extendSeries(series, [point('lima', 2, 99), point('lima', 3, 12)], 2);
    expect(lineOf(longer)).toEqual([
      [
        'lima',
        [
          [2, 11],
          [3, 12],
        ],
      ],
    ]);
    expect(longer.probers).toEqual({ ids: ['lima'], of: [] });
    expect(extendSeries(longer, [point('lima', 3, 99)], 0)).toBe(longer);
  });

  it('keeps the points of several probers apart, in whatever turn they come', () => {
    const series = seriesOf(
      ['lima', 'madrid'],
      [
        [1, 0, 10],
        [1, 1, 200],
        [2, 0, 11],
      ],
    );
    const pushed = [
      point('lima', 3, 12),
      point('madrid', 2, 201),
      point('lima', 4, 13),
      point('madrid', 3, 202),
    ];
    const longer = extendSeries(series, pushed, 0);
    expect(longer.timestampUs).toEqual([1, 1, 2, 2, 3, 3, 4]);
    expect(lineOf(longer)).toEqual([
      [
        'lima',
        [
          [1, 10],
          [2, 11],
          [3, 12],
          [4, 13],
        ],
      ],
      [
        'madrid',
        [
          [1, 200],
          [2, 201],
          [3, 202],
        ],
      ],
    ]);
  });

  it('gives a second prober a line of its own from its first point on', () => {
    const longer = extendSeries(seriesOf(['lima'], [[1, 0, 10]]), [point('madrid', 1, 200)], 0);
    expect(lineOf(longer)).toEqual([
      ['lima', [[1, 10]]],
      ['madrid', [[1, 200]]],
    ]);
  });
});

it("tells the interval of a target from how far apart each prober's points mostly stand", () => {
  const series = seriesOf(
    ['lima', 'madrid'],
    [
      [0, 0, 1],
      [500, 1, 1],
      [5000, 0, 1],
      [5500, 1, 1],
      [10_500, 1, 1],
      [90_000, 0, 1],
    ],
  );
  expect(typicalIntervalMs(series)).toBe(5);
  expect(typicalIntervalMs(seriesOf(['lima'], [[0, 0, 1]]))).toBeNull();
});
