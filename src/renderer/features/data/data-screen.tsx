import { Screen } from '../../components/panel';
import { useHealth } from '../../stores/health-store';
import { useTexts } from '../../texts/texts';
import styles from './data.module.css';
import { ExportPanel } from './export-panel';
import { LakePanel } from './lake-panel';
import { ResetPanel } from './reset-panel';
import { SnippetPanel } from './snippet-panel';

export function DataScreen() {
  const { frame } = useTexts();
  const lake = useHealth(({ health }) => health?.lake ?? null);
  return (
    <Screen title={frame.data}>
      {lake === null ? (
        <p>{frame.loading}</p>
      ) : (
        <div className={styles.columns}>
          <div className={styles.column}>
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
