import { type Language, useLanguage } from '../stores/settings-store';
import { editor } from './editor';
import { frame } from './frame';
import { overview } from './overview';
import { states } from './states';

const of = (language: Language) => ({
  language,
  frame: frame[language],
  states: states[language],
  overview: overview[language],
  editor: editor[language],
});

export type Texts = ReturnType<typeof of>;

export const texts: Record<Language, Texts> = { en: of('en'), es: of('es') };

/** The texts in the language of the moment. */
export function useTexts(): Texts {
  return texts[useLanguage()];
}
