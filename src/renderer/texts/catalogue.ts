import type { Language } from '../stores/settings-store';

/** Both languages of a part of the interface. A key or parameter that one of them lacks does not compile. */
export function catalogue<T>(en: T, es: NoInfer<T>): Record<Language, T> {
  return { en, es };
}
