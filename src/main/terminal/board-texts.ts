import type { Texts } from '../../shared/texts/en';
import { type Language, textsOf } from '../../shared/texts/language';

/** Every word of the board. Column names of the lake are not words: they are the same in every language. */
export type BoardTexts = Texts['board'] & Pick<Texts, 'states' | 'failures'>;

const wordsOf = (language: Language): BoardTexts => {
  const { board, states, failures } = textsOf(language);
  return { ...board, states, failures };
};

export const boardTexts: Record<Language, BoardTexts> = { en: wordsOf('en'), es: wordsOf('es') };
