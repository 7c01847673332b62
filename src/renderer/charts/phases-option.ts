import type { EChartsCoreOption } from 'echarts/core';
import type { Phases } from '../../shared/contract/overview';
import type { Range } from '../../shared/contract/questions';
import { latencyText } from '../format/number';
import { dateTime, type TimeStyle } from '../format/time';
import { entryAt, GRID_LEFT, GRID_RIGHT, timeAxis, tooltipOf, valueAxis } from './axes';
import type { Palette } from './palette';
import { readout } from './readout';
import { withGaps } from './spans';
import { PHASE_ROLES } from './waterfall';

export interface PhasesInput {
  phases: Phases;
  range: Range;
  intervalMs: number;
  palette: Palette;
  style: TimeStyle;
  names: readonly string[];
}

export const phaseColumns = (phases: Phases) => [
  phases.dnsMs,
  phases.connectMs,
  phases.tlsMs,
  phases.ttfbMs,
  phases.transferMs,
];

/** Where the time goes: the phases stacked. */
export function phasesOption({
  phases,
  range,
  intervalMs,
  palette,
  style,
  names,
}: PhasesInput): EChartsCoreOption {
  const stepUs = phases.bucketUs ?? intervalMs * 1000;
  const columns = phaseColumns(phases);
  const shift = (phases.bucketUs ?? 0) / 2;
  const times = phases.timestampUs.map((us) => us + shift);
  return {
    animation: false,
    grid: { left: GRID_LEFT, right: GRID_RIGHT, top: 8, bottom: 24 },
    xAxis: timeAxis(range, style, palette),
    yAxis: {
      ...valueAxis(palette, false, (value) => latencyText(value, style.language).replace(/[.,]0+(?= )/, '')),
      splitNumber: 2,
    },
    tooltip: tooltipOf(palette, (ms) => {
      const index = entryAt(phases.timestampUs, ms * 1000, phases.bucketUs);
      const us = phases.timestampUs[index];
      if (us === undefined) return null;
      return readout(
        dateTime(us, style),
        columns.map((column, at) => [names[at] ?? '', latencyText(column[index] ?? null, style.language)]),
      );
    }),
    series: PHASE_ROLES.map((role, at) => ({
      type: 'line' as const,
      name: names[at],
      stack: 'phases',
      data: withGaps(times, columns[at] ?? [], stepUs),
      symbol: 'none',
      itemStyle: { color: palette[`phase-${role}`] },
      connectNulls: false,
      lineStyle: { width: 0 },
      areaStyle: { color: palette[`phase-${role}`], opacity: 0.85 },
      emphasis: { disabled: true },
    })),
  };
}
