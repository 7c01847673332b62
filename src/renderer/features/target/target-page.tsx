import { useEffect, useMemo, useRef, useState } from 'react';
import { typicalIntervalMs } from '../../charts/split-series';
import { useWidth } from '../../components/use-width';
import type { ShownTarget } from '../../format/target';
import { useHealth } from '../../stores/health-store';
import { useChosenProber, useProbers } from '../../stores/prober-store';
import { useRoute } from '../../stores/route-store';
import { useTargets } from '../../stores/target-store';
import { useTexts } from '../../texts/texts';
import { LatencyChart } from './latency-chart';
import { PhasesChart } from './phases-chart';
import { ProbePanel } from './probe-panel';
import { ProberTable } from './prober-table';
import { RangeBar } from './range-bar';
import { RangeTotals } from './range-totals';
import { TargetHeader } from './target-header';
import { TargetNote } from './target-note';
import styles from './target-page.module.css';
import { useComparison } from './use-comparison';
import { useHistory } from './use-history';
import { readViewRange } from './view-range';
import { WindowsTable } from './windows-table';

/** Of a remote target the settings are unknown: how far apart its probes stand must tell. */
const UNKNOWN_INTERVAL_MS = 1000;

function Page({ target }: { target: ShownTarget }) {
  const { target: words } = useTexts();
  const query = useRoute((held) => held.query);
  const address = `${query.get('range')} ${query.get('from')} ${query.get('to')}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `address` is all of the query that the range depends on
  const { view, invalid } = useMemo(() => readViewRange(query), [address]);
  const lakeFromUs = useHealth(({ health }) => health?.lake.fromUs ?? null);
  const charts = useRef<HTMLDivElement>(null);
  const width = useWidth(charts);
  const probeId = useChosenProber();
  const several = useProbers((held) => held.probers.length > 1);
  const history = useHistory({ targetId: target.id, probeId }, view, width, lakeFromUs);
  const { series } = history;
  const comparison = useComparison(target.id, view, lakeFromUs, several && series !== null);
  const foundMs = useMemo(
    () => (target.remote && series?.kind === 'raw' ? typicalIntervalMs(series) : null),
    [target.remote, series],
  );
  const intervalMs = target.remote ? (foundMs ?? UNKNOWN_INTERVAL_MS) : target.intervalMs;
  const log = query.get('log') === '1';
  const [pickedUs, setPickedUs] = useState<number | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another target has other probes
  useEffect(() => setPickedUs(null), [target.id]);
  return (
    <div className={styles.page}>
      <TargetHeader target={target} />
      <RangeBar view={view} range={history.range} log={log} />
      <TargetNote target={target} />
      {invalid && (
        <p className={styles.invalid} role="alert">
          {words.invalidRange}
        </p>
      )}
      {several && <ProberTable targetId={target.id} comparison={comparison} />}
      <div className={styles.columns}>
        <div ref={charts} className={styles.charts}>
          <RangeTotals totals={history.totals} percentiles={history.percentiles} />
          <LatencyChart
            target={target}
            intervalMs={intervalMs}
            history={history}
            log={log}
            onPick={setPickedUs}
          />
          <PhasesChart history={history} intervalMs={intervalMs} />
        </div>
        <ProbePanel
          targetId={target.id}
          probeId={probeId}
          intervalMs={intervalMs}
          atUs={pickedUs}
          onNewest={() => setPickedUs(null)}
        />
      </div>
      <h2 className={styles.heading}>{words.windowsTitle}</h2>
      <WindowsTable key={probeId} targetId={target.id} probeId={probeId} />
    </div>
  );
}

export function TargetPage({ id }: { id: string }) {
  const { target: words, frame } = useTexts();
  const targets = useTargets((held) => held.all);
  const target = targets?.find((one) => one.id === id);
  if (targets === null) return <p className={styles.none}>{frame.loading}</p>;
  if (target === undefined) {
    return (
      <p className={styles.none}>
        {words.gone} <a href="#/">{frame.notFoundLink}</a>
      </p>
    );
  }
  return <Page key={target.id} target={target} />;
}
