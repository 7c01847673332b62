import { CustomChart, LineChart } from 'echarts/charts';
import { AxisPointerComponent, GridComponent, MarkLineComponent, TooltipComponent } from 'echarts/components';
import { connect, type EChartsCoreOption, type EChartsType, init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';

use([
  LineChart,
  CustomChart,
  GridComponent,
  TooltipComponent,
  AxisPointerComponent,
  MarkLineComponent,
  CanvasRenderer,
]);

interface Props {
  option: EChartsCoreOption;
  /** Charts of one group share their crosshair. */
  group: string;
  className: string | undefined;
  /** What the picture says, for those who cannot see it. */
  summary: string;
  /** Event time of the newest point in the option, µs. */
  newestUs?: number | undefined;
  onReady?(chart: EChartsType): void;
}

/**
 * One chart on a canvas, given its option and nothing else. A canvas does not tell what is on it: `data-drawn-us` on the
 * box is the newest point that has been painted.
 */
export function EChart({ option, group, className, summary, newestUs, onReady }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);
  const given = useRef<number | undefined>(undefined);
  const ready = useRef(onReady);
  ready.current = onReady;

  useEffect(() => {
    if (box.current === null) return;
    const made = init(box.current, null, { renderer: 'canvas' });
    made.group = group;
    connect(group);
    chart.current = made;
    ready.current?.(made);
    const { dataset } = box.current;
    made.on('rendered', () => {
      if (given.current !== undefined) dataset.drawnUs = String(given.current);
    });
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(box.current);
    return () => {
      observer.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, [group]);

  useEffect(() => {
    chart.current?.setOption(option, { replaceMerge: ['series'], lazyUpdate: true });
    given.current = newestUs;
  }, [option, newestUs]);

  return <div ref={box} className={className} role="img" aria-label={summary} />;
}

/** A chart that may not be there. */
export type ChartRef = EChartsType | null;

/** The chart as it stands, as a PNG data URL on the page's surface; null while there is none. */
export function pictureOf(chart: ChartRef): string | null {
  if (chart === null || chart.isDisposed()) return null;
  const backgroundColor = getComputedStyle(document.documentElement).getPropertyValue('--surface-1').trim();
  return chart.getDataURL({ type: 'png', pixelRatio: 2, backgroundColor });
}
