import type { Texts } from '../../shared/texts/en';
import { type Language, textsOf } from '../../shared/texts/language';
import { helpPage } from './help';

/** What the headless entry says, and the page of `--help`. */
export type CliTexts = Texts['headless'] & { help: string };

const wordsOf = (language: Language): CliTexts => {
  const texts = textsOf(language);
  return { ...texts.headless, help: helpPage(texts) };
};

export const cliTexts: Record<Language, CliTexts> = { en: wordsOf('en'), es: wordsOf('es') };
