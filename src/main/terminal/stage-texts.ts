import type { Texts } from '../../shared/texts/en';
import { type Language, textsOf } from '../../shared/texts/language';

/** The words of `--log`: one line per probe and stage. */
export type StageTexts = Texts['stages'];

export const stageTexts: Record<Language, StageTexts> = {
  en: textsOf('en').stages,
  es: textsOf('es').stages,
};
