import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemParams } from 'echarts';
import type { EChartsCoreOption } from 'echarts/core';
import type { Range, Series } from '../../shared/contract/questions';
import { latencyText } from '../format/number';
import { dateTime, type TimeStyle } from '../format/time';
import type { Texts } from '../texts/texts';
import { entryAt, GRID_LEFT, GRID_RIGHT, timeAxis, tooltipOf, valueAxis } from './axes';
import { hatch, type Palette } from './palette';
import { readout } from './readout';
import { type Span, spansOf, withGaps } from './spans';
import { splitByProber } from './split-series';

export interface ProberLine {
  name: string;
  colour: string;
}

export interface LatencyInput {
  series: Series;
  range: Range;
  /** The target's interval, ms: how far apart raw points stand. */
  intervalMs: number;
  /** Names and colours of the probers of a raw series with several, in the order of its `probers.ids`; otherwise empty. */
  lines: readonly ProberLine[];
  /** Of the line and the bands where there is one. */
  colour: string;
  degradedMs: number | null;
  log: boolean;
  palette: Palette;
  style: TimeStyle;
  texts: Texts;
}

/** Above this many a raw point is no longer drawn as a dot of its own. */
const DOTS = 700;
const TRACK_HEIGHT = 14;
/** Of one prober's failures among several. */
const LANE_HEIGHT = 7;

interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The grid's rectangle: echarts leaves its type open. */
const areaOf = (params: CustomSeriesRenderItemParams) => params.coordSys as unknown as Area;

/** One of several strips of a grid's height, from above. */
interface Lane {
  at: number;
  of: number;
}
const WHOLE: Lane = { at: 0, of: 1 };

/** A rectangle over the height of a grid, or of a lane of it, for each span. */
function spanSeries(spans: readonly Span[], axis: number, fill: (span: Span) => object, lane = WHOLE) {
  return {
    type: 'custom' as const,
    xAxisIndex: axis,
    yAxisIndex: axis,
    silent: true,
    clip: true,
    tooltip: { show: false },
    data: spans.map((span) => [span.fromUs / 1000, span.toUs / 1000]),
    encode: { x: [0, 1] },
    renderItem: (params: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI) => {
      const area = areaOf(params);
      const span = spans[params.dataIndex];
      if (span === undefined) return null;
      const left = api.coord([api.value(0), 1])[0] ?? 0;
      const right = api.coord([api.value(1), 1])[0] ?? 0;
      const from = Math.max(area.x, left);
      const to = Math.min(area.x + area.width, Math.max(right, left + 2));
      if (to <= from) return null;
      const height = area.height / lane.of;
      // A hair between lanes.
      const gap = lane.of > 1 ? 1 : 0;
      return {
        type: 'rect' as const,
        shape: { x: from, y: area.y + lane.at * height, width: to - from, height: height - gap },
        style: fill(span),
      };
    },
  };
}

/** Per bucket a column from p50 to p95, a lighter one to p99, and the maximum as a thin mark. */
function bandSeries(series: Series, bucketUs: number, palette: Palette, colour: string) {
  return {
    type: 'custom' as const,
    silent: true,
    clip: true,
    data: series.timestampUs.map((us, index) => [
      us / 1000,
      series.p50Ms[index] ?? Number.NaN,
      series.p95Ms[index] ?? Number.NaN,
      series.p99Ms[index] ?? Number.NaN,
      series.maxMs[index] ?? Number.NaN,
    ]),
    encode: { x: 0, y: [1, 2, 3, 4] },
    renderItem: (_params: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI) => {
      const at = Number(api.value(0));
      const left = api.coord([at, 1])[0] ?? 0;
      const width = Math.max(1, (api.coord([at + bucketUs / 1000, 1])[0] ?? 0) - left);
      const y = (dimension: number) => {
        const value = Number(api.value(dimension));
        return Number.isNaN(value) ? null : (api.coord([at, value])[1] ?? null);
      };
      const [p50, p95, p99, max] = [y(1), y(2), y(3), y(4)];
      const children = [];
      const column = (from: number | null, to: number | null, opacity: number) => {
        if (from === null || to === null) return;
        children.push({
          type: 'rect' as const,
          shape: { x: left, y: to, width, height: Math.max(0.5, from - to) },
          style: { fill: colour, opacity },
        });
      };
      column(p50, p95, 0.34);
      column(p95, p99, 0.16);
      if (max !== null) {
        children.push({
          type: 'rect' as const,
          shape: { x: left, y: max - 0.5, width: Math.max(1.5, width), height: 1 },
          style: { fill: palette['text-muted'], opacity: 0.75 },
        });
      }
      return { type: 'group' as const, children };
    },
  };
}

function lineSeries(
  { intervalMs, degradedMs, palette, texts, style }: LatencyInput,
  series: Series,
  colour: string,
) {
  const raw = series.kind === 'raw';
  const stepUs = series.bucketUs ?? intervalMs * 1000;
  const times = raw ? series.timestampUs : series.timestampUs.map((us) => us + stepUs / 2);
  const measured = (raw ? series.latencyMs : series.p50Ms).map((ms, index) =>
    series.outcome?.[index] === 'down' ? null : ms,
  );
  const outcomeAt = new Map(
    raw ? series.timestampUs.map((us, index) => [us / 1000, series.outcome?.[index]]) : [],
  );
  return {
    type: 'line' as const,
    data: withGaps(times, measured, stepUs).map((value) =>
      outcomeAt.get(value[0]) === 'degraded'
        ? { value, symbol: 'diamond', symbolSize: 7, itemStyle: { color: palette.degraded } }
        : value,
    ),
    connectNulls: false,
    showSymbol: raw && series.timestampUs.length <= DOTS,
    symbol: 'circle',
    symbolSize: 3.5,
    lineStyle: { width: 1.5, color: colour },
    itemStyle: { color: colour },
    emphasis: { disabled: true },
    ...(degradedMs === null
      ? {}
      : {
          markLine: {
            silent: true,
            symbol: 'none',
            data: [{ yAxis: degradedMs }],
            lineStyle: { color: palette.degraded, type: 'dashed' as const, width: 1 },
            label: {
              position: 'insideEndTop' as const,
              color: palette.degraded,
              fontSize: 11,
              fontFamily: 'Inter Variable',
              formatter: `${texts.states.degraded} > ${latencyText(degradedMs, style.language)}`,
            },
          },
        }),
  };
}

/** What each prober measured nearest to an instant. */
function linesNode({ lines, style, texts }: LatencyInput, parts: readonly Series[], ms: number): Node | null {
  const rows = parts.flatMap((part, at): [string, string][] => {
    const index = entryAt(part.timestampUs, ms * 1000, null);
    const outcome = part.outcome?.[index];
    if (outcome === undefined) return [];
    const latency = latencyText(part.latencyMs[index] ?? null, style.language);
    return [[lines[at]?.name ?? '', `${texts.states[outcome]} · ${latency}`]];
  });
  return rows.length === 0 ? null : readout(dateTime(ms * 1000, style), rows);
}

function tooltipNode({ series, style, texts }: LatencyInput, ms: number): Node | null {
  const index = entryAt(series.timestampUs, ms * 1000, series.bucketUs);
  const us = series.timestampUs[index];
  if (us === undefined) return null;
  const text = (value: number | null | undefined) => latencyText(value ?? null, style.language);
  const { target, states } = texts;
  if (series.kind === 'raw') {
    const outcome = series.outcome?.[index] ?? 'missed';
    return readout(dateTime(us, style), [
      [target.stateWord, states[outcome]],
      [target.latency, text(series.latencyMs[index])],
    ]);
  }
  const counts: [string, number | undefined][] = [
    [target.probes, series.total[index]],
    [target.errors, series.errors[index]],
    [states.degraded, series.degraded[index]],
    [states.unknown, series.unknown[index]],
    [states.missed, series.missed[index]],
  ];
  return readout(dateTime(us, style), [
    ['p50', text(series.p50Ms[index])],
    ['p95', text(series.p95Ms[index])],
    ['p99', text(series.p99Ms[index])],
    [target.slowest, text(series.maxMs[index])],
    ...counts
      .filter(([, value], at) => at === 0 || (value ?? 0) > 0)
      .map(([label, value]): [string, string] => [label, String(value ?? 0)]),
  ]);
}

/** Latency over time above, failures on a track of their own below, hatching where nothing was learned. */
export function latencyOption(input: LatencyInput): EChartsCoreOption {
  const { series, range, palette, style, log, intervalMs, lines } = input;
  const stepUs = series.bucketUs ?? intervalMs * 1000;
  const parts = splitByProber(series);
  const several = parts.length > 1;
  const trackHeight = several ? Math.max(TRACK_HEIGHT, parts.length * LANE_HEIGHT) : TRACK_HEIGHT;
  const patterns = { unknown: hatch(palette.unknown), missed: hatch(palette.missed), down: palette.down };
  return {
    animation: false,
    grid: [
      { left: GRID_LEFT, right: GRID_RIGHT, top: 12, bottom: 24 + trackHeight + 8 },
      { left: GRID_LEFT, right: GRID_RIGHT, height: trackHeight, bottom: 24 },
    ],
    xAxis: [timeAxis(range, style, palette, 0, false), timeAxis(range, style, palette, 1)],
    yAxis: [
      valueAxis(palette, log, (value) => latencyText(value, style.language).replace(/[.,]0+(?= )/, '')),
      { type: 'value', gridIndex: 1, min: 0, max: 1, show: false },
    ],
    axisPointer: { link: [{ xAxisIndex: 'all' }] },
    tooltip: tooltipOf(palette, (ms) => (several ? linesNode(input, parts, ms) : tooltipNode(input, ms))),
    series: [
      ...(series.kind === 'bucket' ? [bandSeries(series, stepUs, palette, input.colour)] : []),
      ...parts.flatMap((part, at) => {
        const spans = spansOf(part, stepUs);
        const failures = spans.filter((span) => span.role === 'down');
        const holes = spans.filter((span) => span.role !== 'down');
        const lane = { at, of: parts.length };
        const hatched = (span: Span) => ({ fill: patterns[span.role] });
        const red = (span: Span) => ({ fill: palette.down, opacity: 0.35 + 0.65 * span.share });
        return [
          lineSeries(input, part, several ? (lines[at]?.colour ?? input.colour) : input.colour),
          // What one of several did not learn, another may have: only its own lane is hatched.
          ...(several ? [] : [spanSeries(holes, 0, hatched)]),
          spanSeries(failures, 1, red, lane),
          spanSeries(holes, 1, hatched, lane),
        ];
      }),
    ],
  };
}
