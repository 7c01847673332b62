import { create } from 'zustand';
import { type Settings, settingsSchema } from '../../shared/domain/settings';

interface SettingsStore {
  settings: Settings;
  /** False while these are only the defaults. */
  known: boolean;
}

export const useSettings = create<SettingsStore>(() => ({
  settings: settingsSchema.parse({}),
  known: false,
}));

export function setSettings(settings: Settings): void {
  useSettings.setState({ settings, known: true });
}

export type Language = 'en' | 'es';

/** The chosen language, or the browser's when none was chosen. */
export function useLanguage(): Language {
  return useSettings(({ settings }) => settings.language) ?? browserLanguage();
}

export function browserLanguage(): Language {
  return navigator.language.toLowerCase().startsWith('es') ? 'es' : 'en';
}
