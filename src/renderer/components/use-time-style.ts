import { useMemo } from 'react';
import type { TimeStyle } from '../format/time';
import { useLanguage, useSettings } from '../stores/settings-store';

export function useTimeStyle(): TimeStyle {
  const language = useLanguage();
  const zone = useSettings(({ settings }) => settings.displayTimeZone);
  return useMemo(() => ({ language, zone }), [language, zone]);
}
