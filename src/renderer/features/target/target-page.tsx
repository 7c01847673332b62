import { useEffect, useMemo, useRef, useState } from 'react';
import type { TargetView } from '../../../shared/contract/commands';
import { useWidth } from '../../components/use-width';
import { useHealth } from '../../stores/health-store';
import { useRoute } from '../../stores/route-store';
import { useTargets } from '../../stores/target-store';
import { useTexts } from '../../texts/texts';
import { LatencyChart } from './latency-chart';
import { PhasesChart } from './phases-chart';
import { ProbePanel } from './probe-panel';
import { RangeBar } from './range-bar';
import { RangeTotals } from './range-totals';
import { TargetHeader } from './target-header';
import styles from './target-page.module.css';
import { useHistory } from './use-history';
import { readViewRange } from './view-range';
import { WindowsTable } from './windows-table';

function Page({ target }: { target: TargetView }) {
  const { target: words } = useTexts();
  const query = useRoute((held) => held.query);
  const address = `${query.get('range')} ${query.get('from')} ${query.get('to')}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `address` is all of the query that the range depends on
  const { view, invalid } = useMemo(() => readViewRange(query), [address]);
  const lakeFromUs = useHealth(({ health }) => health?.lake.fromUs ?? null);
  const charts = useRef<HTMLDivElement>(null);
  const width = useWidth(charts);
  const history = useHistory(target.id, view, width, lakeFromUs);
  const log = query.get('log') === '1';
  const [pickedUs, setPickedUs] = useState<number | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another target has other probes
  useEffect(() => setPickedUs(null), [target.id]);
  return (
    <div className={styles.page}>
      <TargetHeader target={target} />
      <RangeBar view={view} range={history.range} log={log} />
      {invalid && (
        <p className={styles.invalid} role="alert">
          {words.invalidRange}
        </p>
      )}
      <div className={styles.columns}>
        <div ref={charts} className={styles.charts}>
          <RangeTotals totals={history.totals} percentiles={history.percentiles} />
          <LatencyChart target={target} history={history} log={log} onPick={setPickedUs} />
          <PhasesChart history={history} intervalMs={target.intervalMs} />
        </div>
        <ProbePanel
          targetId={target.id}
          intervalMs={target.intervalMs}
          atUs={pickedUs}
          onNewest={() => setPickedUs(null)}
        />
      </div>
      <h2 className={styles.heading}>{words.windowsTitle}</h2>
      <WindowsTable targetId={target.id} />
    </div>
  );
}

export function TargetPage({ id }: { id: string }) {
  const { target: words, frame } = useTexts();
  const targets = useTargets((held) => held.targets);
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
