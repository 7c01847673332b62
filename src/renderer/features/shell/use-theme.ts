import { useEffect, useSyncExternalStore } from 'react';
import { useLanguage, useSettings } from '../../stores/settings-store';

const darkQuery = window.matchMedia('(prefers-color-scheme: dark)');

function listen(changed: () => void): () => void {
  darkQuery.addEventListener('change', changed);
  return () => darkQuery.removeEventListener('change', changed);
}

/** The theme in force: the chosen one, or the system's. */
export function useTheme(): 'light' | 'dark' {
  const chosen = useSettings(({ settings }) => settings.theme);
  const systemDark = useSyncExternalStore(listen, () => darkQuery.matches);
  if (chosen === 'system') return systemDark ? 'dark' : 'light';
  return chosen;
}

/** Puts theme and language on the document, where style sheets and screen readers look for them. */
export function useDocument(): void {
  const theme = useTheme();
  const language = useLanguage();
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
    document.documentElement.lang = language;
  }, [theme, language]);
}
