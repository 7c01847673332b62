import type { Settings, SettingsPatch } from '../../../shared/domain/settings';
import { engine } from '../../bridge/engine';
import { Field } from '../../components/field';
import { Panel } from '../../components/panel';
import { attempt } from '../../components/toaster';
import { setSettings } from '../../stores/settings-store';
import { useTexts } from '../../texts/texts';
import styles from './settings.module.css';

const THEMES = ['system', 'light', 'dark'] as const;
const ZONES = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')];

/** How things are shown; each choice takes effect at once. */
export function DisplayPanel({ settings }: { settings: Settings }) {
  const { settings: words, language } = useTexts();
  const change = (patch: SettingsPatch) =>
    attempt(async () => setSettings(await engine.invoke('settings.update', patch)), language);
  return (
    <Panel title={words.display}>
      <div className={styles.form}>
        <Field label={words.language}>
          {(control) => (
            <select
              {...control}
              name="language"
              value={settings.language ?? ''}
              onChange={({ target: { value } }) =>
                change({ language: value === 'en' || value === 'es' ? value : null })
              }
            >
              <option value="">{words.languageSystem}</option>
              <option value="en" lang="en">
                English
              </option>
              <option value="es" lang="es">
                Español
              </option>
            </select>
          )}
        </Field>
        <Field label={words.theme}>
          {(control) => (
            <select
              {...control}
              name="theme"
              value={settings.theme}
              onChange={({ target: { value } }) =>
                change({ theme: THEMES.find((theme) => theme === value) ?? 'system' })
              }
            >
              {THEMES.map((theme) => (
                <option key={theme} value={theme}>
                  {words.themeOf[theme]}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label={words.zone} hint={words.zoneHint}>
          {(control) => (
            <select
              {...control}
              name="displayTimeZone"
              value={settings.displayTimeZone ?? ''}
              onChange={({ target: { value } }) => change({ displayTimeZone: value === '' ? null : value })}
            >
              <option value="">{words.zoneSystem}</option>
              {ZONES.map((zone) => (
                <option key={zone}>{zone}</option>
              ))}
            </select>
          )}
        </Field>
      </div>
    </Panel>
  );
}
