import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { en } from './en';
import { es } from './es';

/** Looked up by a value, not by a name in the source: their keys come from a type, so none can be missing or too many. */
const LOOKED_UP = ['states', 'failures', 'cli.options', 'desktop', 'board.kafka.states'];
/** Spanish has these words too. */
const SAME_IN_BOTH = ['stages.error', 'stages.provisional', 'headless.listening'];

/** Every text by its dotted path; a function stands for what it says of made-up arguments. */
function textsIn(group: object, path = ''): [string, string][] {
  return Object.entries(group).flatMap(([key, value]): [string, string][] => {
    const here = path === '' ? key : `${path}.${key}`;
    if (typeof value === 'function') return [[here, said(value, 2)]];
    return typeof value === 'object' && value !== null ? textsIn(value, here) : [[here, String(value)]];
  });
}

function said(text: (...values: unknown[]) => unknown, count: number): string {
  return String(text(count, count + 1, count + 2, count + 3, count + 4));
}

/** All product code that may use a text. */
const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter(
    (name) =>
      /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name) && !name.startsWith(join('shared', 'texts')),
  )
  .map((name) => readFileSync(join('src', name), 'utf8'))
  .join('\n');

describe('the catalogue of texts', () => {
  it('has no text that nothing uses', () => {
    const unused = textsIn(en)
      .map(([path]) => path)
      .filter((path) => !LOOKED_UP.some((group) => path.startsWith(`${group}.`)))
      .filter((path) => !new RegExp(`\\.${path.split('.').at(-1)}\\b`).test(sources));
    expect(unused).toEqual([]);
  });

  it('has no text that was left in the other language', () => {
    const spanish = new Map(textsIn(es));
    const same = textsIn(en).filter(([path, text]) => spanish.get(path) === text && /[a-z]{4}/i.test(text));
    expect(same.map(([path]) => path)).toEqual(SAME_IN_BOTH);
  });

  it('says every argument that a text is given, in both languages', () => {
    for (const group of [en, es]) {
      for (const [path, text] of textsIn(group)) {
        expect(text.trim(), path).not.toBe('');
        expect(text, path).not.toContain('undefined');
      }
    }
    // Texts that count differ between one and many only in words: the number stands in both.
    for (const { board } of [en, es]) {
      for (const text of [board.more, board.notRecorded, board.workerRestarts]) {
        expect(text(1)).toContain('1');
        expect(text(12)).toContain('12');
      }
    }
  });
});
