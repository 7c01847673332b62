import { describe, expect, it } from 'vitest';
import { texts } from './texts';

const sources = import.meta.glob('../**/*.{ts,tsx}', { query: '?raw', import: 'default', eager: true });
const code = Object.entries(sources)
  .filter(([path]) => !path.includes('/texts/') && !path.endsWith('.test.ts'))
  .map(([, text]) => String(text))
  .join('\n');

/** Keys that are looked up by a value: screens of the rail and states of the connection. */
const BY_VALUE = new Set(['overview', 'data', 'pipeline', 'settings', 'waiting', 'forbidden', 'outdated']);
/** Catalogues that are looked up by state and phase as a whole. */
const STATE_WORDS = new Set(['up', 'degraded', 'down', 'unknown', 'missed', 'noData', 'paused']);

const parts = Object.entries(texts.en).filter(([, part]) => typeof part === 'object');

describe('texts', () => {
  it('says everything in both languages, and nothing empty', () => {
    for (const [name] of parts) {
      const [en, es] = [texts.en, texts.es].map((all) => all[name as 'frame'] as Record<string, unknown>);
      expect(Object.keys(es ?? {}).sort()).toEqual(Object.keys(en ?? {}).sort());
      for (const value of [...Object.values(en ?? {}), ...Object.values(es ?? {})])
        expect(value).not.toBe('');
    }
  });

  it('keeps no text that no screen uses', () => {
    const unused = parts.flatMap(([name, part]) =>
      Object.keys(part)
        .filter((key) => !BY_VALUE.has(key) && !STATE_WORDS.has(key))
        .filter((key) => !new RegExp(`\\.${key}\\b|\\bcommand\\('${key}'`).test(code))
        .map((key) => `${name}.${key}`),
    );
    expect(unused).toEqual([]);
  });

  it('has the same inner keys in both languages where a text is looked up by a value', () => {
    for (const [name, part] of parts) {
      for (const [key, value] of Object.entries(part)) {
        if (typeof value !== 'object') continue;
        const spanish = (texts.es[name as 'frame'] as Record<string, unknown>)[key];
        expect(Object.keys(spanish as object).sort()).toEqual(Object.keys(value as object).sort());
      }
    }
  });
});
