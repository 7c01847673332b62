import { useMemo, useRef } from 'react';
import { ChartMenu } from '../../charts/chart-menu';
import { tableOfPhases } from '../../charts/chart-table';
import { type ChartRef, EChart, pictureOf } from '../../charts/echart';
import { usePalette } from '../../charts/palette';
import { phasesOption } from '../../charts/phases-option';
import { PHASE_ROLES, usePhaseNames } from '../../charts/waterfall';
import { useTimeStyle } from '../../components/use-time-style';
import { useTexts } from '../../texts/texts';
import styles from './latency-chart.module.css';
import type { History } from './use-history';

export function PhasesChart({ history, intervalMs }: { history: History; intervalMs: number }) {
  const { target } = useTexts();
  const names = usePhaseNames();
  const palette = usePalette();
  const style = useTimeStyle();
  const { phases, range, series } = history;
  const option = useMemo(
    () => (phases === null ? null : phasesOption({ phases, range, intervalMs, palette, style, names })),
    [phases, range, intervalMs, palette, style, names],
  );
  const chart = useRef<ChartRef>(null);
  const table = useMemo(() => (phases === null ? null : tableOfPhases(phases)), [phases]);
  return (
    <figure className={styles.figure}>
      <figcaption className={styles.caption}>
        <h2>{target.phasesTitle}</h2>
        <span className={styles.legend}>
          {PHASE_ROLES.map((role, at) => (
            <span key={role}>
              <i data-phase={role} />
              {names[at]}
            </span>
          ))}
        </span>
        <ChartMenu title={target.phasesTitle} table={table} picture={() => pictureOf(chart.current)} />
      </figcaption>
      {option !== null && (
        <EChart
          option={option}
          group="target"
          className={styles.phases}
          summary={target.phasesTitle}
          onReady={(made) => {
            chart.current = made;
          }}
        />
      )}
      {option === null && series !== null && <p className={styles.missing}>{target.phasesMissing}</p>}
    </figure>
  );
}
