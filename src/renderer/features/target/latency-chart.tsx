import { useMemo, useRef } from 'react';
import type { TargetView } from '../../../shared/contract/commands';
import type { Range } from '../../../shared/contract/questions';
import { ChartMenu } from '../../charts/chart-menu';
import { tableOfSeries } from '../../charts/chart-table';
import { type ChartRef, EChart, pictureOf } from '../../charts/echart';
import { latencyOption } from '../../charts/latency-option';
import { proberRole, usePalette } from '../../charts/palette';
import { ZoomArea } from '../../charts/zoom-area';
import { useTimeStyle } from '../../components/use-time-style';
import { faultText } from '../../format/fault';
import { count, latencyText } from '../../format/number';
import { proberName } from '../../format/prober';
import { engineNowUs } from '../../stores/link-store';
import { placeOf, useChosenProber, useProbers } from '../../stores/prober-store';
import { setQuery } from '../../stores/route-store';
import { useTexts } from '../../texts/texts';
import styles from './latency-chart.module.css';
import type { History } from './use-history';
import { DEFAULT_PRESET, panned, zoomed } from './view-range';

const show = (range: Range) => setQuery({ from: String(range.fromUs), to: String(range.toUs), range: null });

interface Props {
  target: TargetView;
  /** How far apart the probes stand, ms. */
  intervalMs: number;
  history: History;
  log: boolean;
  onPick(us: number): void;
}

export function LatencyChart({ target, intervalMs, history, log, onPick }: Props) {
  const texts = useTexts();
  const { target: words, frame, language } = texts;
  const palette = usePalette();
  const style = useTimeStyle();
  const { series, range, totals, percentiles, error } = history;
  const { degradedMs } = target;
  const probers = useProbers((held) => held.probers);
  const chosen = useChosenProber();
  const option = useMemo(
    () =>
      series === null
        ? null
        : latencyOption({
            series,
            range,
            intervalMs,
            lines: (series.probers?.ids ?? []).map((id) => ({
              name: proberName(id, probers),
              colour: palette[proberRole(placeOf(id, probers))],
            })),
            colour: chosen === null ? palette.accent : palette[proberRole(placeOf(chosen, probers))],
            degradedMs,
            log,
            palette,
            style,
            texts,
          }),
    [series, range, intervalMs, degradedMs, log, palette, style, texts, probers, chosen],
  );
  const chart = useRef<ChartRef>(null);
  const table = useMemo(() => (series === null ? null : tableOfSeries(series)), [series]);
  const summary = words.chartSummary(
    count(totals?.totalPings ?? 0, language),
    latencyText(percentiles?.p50Ms ?? null, language),
    latencyText(percentiles?.p95Ms ?? null, language),
    count(totals?.errorCount ?? 0, language),
  );
  const at = (share: number) => Math.round(range.fromUs + (range.toUs - range.fromUs) * share);
  const empty = series !== null && series.timestampUs.length === 0;
  return (
    <figure className={styles.figure}>
      <figcaption className={styles.caption}>
        <h2>{words.chartTitle}</h2>
        <span>{words.mode}</span>
        <ChartMenu title={words.chartTitle} table={table} picture={() => pictureOf(chart.current)} />
      </figcaption>
      <ZoomArea
        label={words.chartKeys}
        onSelect={(from, to) => show({ fromUs: at(from), toUs: Math.max(at(to), at(from) + 1e6) })}
        onZoom={(factor, centre) => show(zoomed(range, factor, centre, engineNowUs()))}
        onPan={(share) => show(panned(range, share, engineNowUs()))}
        onReset={() => setQuery({ from: null, to: null, range: DEFAULT_PRESET })}
        onPick={(share) => onPick(at(share))}
      >
        {option === null ? (
          <div className={styles.chart} />
        ) : (
          <EChart
            key={String(log)}
            option={option}
            group="target"
            className={styles.chart}
            summary={summary}
            newestUs={series?.timestampUs.at(-1)}
            onReady={(made) => {
              chart.current = made;
            }}
          />
        )}
        {(error !== null || series === null || empty) && (
          <p className={styles.over}>
            {error !== null ? faultText(error, texts) : series === null ? frame.loading : words.nothingYet}
          </p>
        )}
      </ZoomArea>
    </figure>
  );
}
