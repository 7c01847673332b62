import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineOfPath, parseJsonText } from './json-text';

function problemOf(text: string): string {
  try {
    parseJsonText(text);
  } catch (error) {
    return String(error);
  }
  return 'none';
}

describe('JSON that a person wrote', () => {
  it('is what JSON.parse makes of it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2, '\t'), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(parseJsonText(text)).toEqual(JSON.parse(text));
        expect(parseJsonText(`\uFEFF${text}\r\n`)).toEqual(JSON.parse(text));
      }),
    );
  });

  it.each([
    ['{\n  "a": 1\n  "b": 2\n}', 'line 3, column 3: a comma or } is missing'],
    ['{\n  "a": 1,\n}', 'line 3, column 1: there is a comma too many before }'],
    ['[1, 2,]', 'line 1, column 7: there is a comma too many before ]'],
    ['{ a: 1 }', 'line 1, column 3: a name in double quotes is missing'],
    ['{ "a" 1 }', 'line 1, column 7: a colon is missing'],
    ['{ "a": tru }', 'line 1, column 8: a value is missing'],
    ['{ "a": "b\n" }', 'line 1, column 8: a text in double quotes does not end, or holds a line break'],
    ['{ "a": 01 }', 'line 1, column 8: a value is missing'],
    ['{ "a": [1', 'line 1, column 10: it ends too early'],
    ['', 'line 1, column 1: it ends too early'],
    ['{}\n{}', 'line 2, column 1: something follows after the end'],
  ])('%j is refused: %s', (text, problem) => {
    expect(problemOf(text)).toContain(problem);
  });

  it('finds a fault in everything that JSON.parse refuses, and never repeats the text', () => {
    const cut = fc.tuple(fc.jsonValue(), fc.nat(), fc.string({ maxLength: 3 })).map(([value, at, junk]) => {
      const text = JSON.stringify({ secret: 'hunter2-hunter2', value });
      const place = at % text.length;
      return text.slice(0, place) + junk + text.slice(place + 1);
    });
    fc.assert(
      fc.property(cut, (text) => {
        const problem = problemOf(text);
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        expect(problem === 'none').toBe(isJson);
        if (!isJson) expect(problem).toMatch(/at line \d+, column \d+: /);
        expect(problem).not.toContain('hunter2');
      }),
    );
  });

  it('does not fall over a file that nests without end', () => {
    expect(problemOf('['.repeat(200_000))).toContain('it is not JSON');
  });
});

describe('the line of a value', () => {
  const text =
    '{\n  "targets": [\n    { "url": "http://a" },\n    {\n      "url": "http://b",\n      "intervalMs": 5\n    }\n  ]\n}';

  it.each([
    [['targets'], 2],
    [['targets', '0', 'url'], 3],
    [['targets', '1'], 4],
    [['targets', '1', 'intervalMs'], 6],
  ])('%j stands on line %d', (path, line) => {
    expect(lineOfPath(text, path)).toBe(line);
  });

  it('is that of the innermost value around one that is missing', () => {
    expect(lineOfPath(text, ['targets', '1', 'name'])).toBe(4);
    expect(lineOfPath(text, ['other'])).toBe(1);
  });
});
