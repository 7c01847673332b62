import { Panel, Screen } from '../../components/panel';
import { useHealth } from '../../stores/health-store';
import { useTexts } from '../../texts/texts';
import styles from './data.module.css';
import { ExportPanel } from './export-panel';
import { LakePanel } from './lake-panel';
import { ResetPanel } from './reset-panel';
import { SnippetPanel } from './snippet-panel';

export function DataScreen() {
  const { frame, data, kafka } = useTexts();
  const lake = useHealth(({ health }) => health?.lake ?? null);
  const isProber = useHealth(({ health }) => health?.role === 'prober');
  // One that did more in an earlier life still holds what came of it.
  const holdsNothing = lake !== null && lake.rawRows + lake.windowRows + lake.unflushedRows === 0;
  const elsewhere = (
    <Panel title={data.lakeTitle}>
      <p className={styles.lead}>{kafka.lakeElsewhere}</p>
    </Panel>
  );
  return (
    <Screen title={frame.data}>
      {lake === null ? (
        <p>{frame.loading}</p>
      ) : isProber && holdsNothing ? (
        elsewhere
      ) : (
        <div className={styles.columns}>
          <div className={styles.column}>
            {isProber && elsewhere}
            <LakePanel lake={lake} />
            <SnippetPanel path={lake.path} />
            <ResetPanel />
          </div>
          <div className={styles.column}>
            <ExportPanel />
          </div>
        </div>
      )}
    </Screen>
  );
}
