import { Screen } from '../../components/panel';
import { useSettings } from '../../stores/settings-store';
import { useTexts } from '../../texts/texts';
import { DisplayPanel } from './display-panel';
import { LogPanel } from './log-panel';
import { MeasuringPanel } from './measuring-panel';
import styles from './settings.module.css';

export function SettingsScreen() {
  const { frame } = useTexts();
  const { settings, known } = useSettings();
  return (
    <Screen title={frame.settings}>
      {known ? (
        <div className={styles.columns}>
          <MeasuringPanel settings={settings} />
          <DisplayPanel settings={settings} />
          <div className={styles.wide}>
            <LogPanel settings={settings} />
          </div>
        </div>
      ) : (
        <p>{frame.loading}</p>
      )}
    </Screen>
  );
}
