import { type Language, useLanguage } from '../stores/settings-store';
import { charts } from './charts';
import { data } from './data';
import { editor } from './editor';
import { faults } from './faults';
import { frame } from './frame';
import { kafka } from './kafka';
import { overview } from './overview';
import { palette } from './palette';
import { pipeline } from './pipeline';
import { probers } from './probers';
import { settings } from './settings';
import { states } from './states';
import { target } from './target';

const of = (language: Language) => ({
  language,
  faults: faults[language],
  frame: frame[language],
  kafka: kafka[language],
  states: states[language],
  overview: overview[language],
  editor: editor[language],
  target: target[language],
  charts: charts[language],
  data: data[language],
  palette: palette[language],
  pipeline: pipeline[language],
  probers: probers[language],
  settings: settings[language],
});

export type Texts = ReturnType<typeof of>;

export const texts: Record<Language, Texts> = { en: of('en'), es: of('es') };

/** The texts in the language of the moment. */
export function useTexts(): Texts {
  return texts[useLanguage()];
}
