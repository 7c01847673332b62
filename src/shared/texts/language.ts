import { en, type Texts } from './en';
import { es } from './es';

export const LANGUAGES = ['en', 'es'] as const;
export type Language = (typeof LANGUAGES)[number];

const catalogue: Record<Language, Texts> = { en, es };

export function textsOf(language: Language): Texts {
  return catalogue[language];
}

/** The language that the environment asks for, in the order of POSIX; English when it asks for none of ours. */
export function languageOfEnvironment(env: Readonly<Record<string, string | undefined>>): Language {
  const locale = [env.LC_ALL, env.LC_MESSAGES, env.LANG].find((value) => value !== undefined && value !== '');
  return (
    LANGUAGES.find((language) => new RegExp(`^${language}\\b|^${language}_`, 'i').test(locale ?? '')) ?? 'en'
  );
}
