import type { Range } from '../../shared/contract/questions';
import { axisTime, type TimeStyle } from '../format/time';
import type { Palette } from './palette';

/** The time axis that all charts of a page share. */
export function timeAxis(range: Range, style: TimeStyle, palette: Palette, gridIndex = 0, labels = true) {
  const spanUs = range.toUs - range.fromUs;
  return {
    type: 'time' as const,
    gridIndex,
    min: range.fromUs / 1000,
    max: range.toUs / 1000,
    axisLine: { lineStyle: { color: palette['line-strong'] } },
    axisTick: { show: labels, lineStyle: { color: palette['line-strong'] } },
    splitLine: { show: false },
    axisLabel: {
      show: labels,
      color: palette['text-muted'],
      fontFamily: 'Inter Variable',
      fontSize: 11,
      hideOverlap: true,
      formatter: (ms: number) => axisTime(ms * 1000, spanUs, style),
    },
    axisPointer: {
      label: { show: false },
      lineStyle: { color: palette['line-strong'], type: 'solid' as const },
    },
  };
}

export function valueAxis(palette: Palette, log: boolean, label: (value: number) => string) {
  return {
    type: log ? ('log' as const) : ('value' as const),
    // With nothing to show, an axis all the same.
    ...(log ? {} : { min: 0, max: ({ max }: { max: number }) => (max > 0 ? null : 120) }),
    splitNumber: 4,
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: palette.line } },
    axisLabel: { color: palette['text-muted'], fontFamily: 'Inter Variable', fontSize: 11, formatter: label },
    axisPointer: { show: false },
  };
}

export const GRID_LEFT = 62;
export const GRID_RIGHT = 28;

/** A tooltip that is built of nodes, since inline styles in markup are forbidden by the page's policy. */
export function tooltipOf(palette: Palette, build: (ms: number) => Node | null) {
  return {
    trigger: 'axis' as const,
    transitionDuration: 0,
    confine: true,
    backgroundColor: palette['surface-1'],
    borderColor: palette['line-strong'],
    borderWidth: 1,
    padding: 8,
    textStyle: { color: palette.text, fontFamily: 'Inter Variable', fontSize: 12 },
    formatter: (found: unknown) => {
      const first: unknown = Array.isArray(found) ? found[0] : found;
      const at = (first as { axisValue?: number } | undefined)?.axisValue;
      const node = at === undefined ? null : build(at);
      // An HTMLElement is what echarts takes besides markup.
      return (node ?? document.createElement('span')) as HTMLElement;
    },
  };
}

/** Index of the entry that an instant belongs to: its bucket, or the nearest attempt; -1 when there is none. */
export function entryAt(times: readonly number[], us: number, bucketUs: number | null): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) <= us) low = middle + 1;
    else high = middle;
  }
  const before = low - 1;
  if (bucketUs !== null || low === times.length) return before;
  if (before < 0) return low;
  return us - (times[before] ?? 0) < (times[low] ?? 0) - us ? before : low;
}
