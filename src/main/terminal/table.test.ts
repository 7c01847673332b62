import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutMiddleTo, cutTo, fitTo, widthOf } from './display-width';
import { paint, supportsColours } from './style';
import { renderTable } from './table';

const lines = (width: number) =>
  renderTable(
    [
      { title: 'name', cell: (row: [string, number]) => row[0], minWidth: 4 },
      { title: 'n', align: 'right', cell: (row) => `${row[1]}` },
    ],
    [
      ['api 🟢', 5],
      ['日本', 1200],
    ],
    width,
  ).map((line) => paint(line, 200, false));

describe('the table', () => {
  it('aligns columns by the cells that a terminal draws, not by characters', () => {
    expect(lines(40)).toEqual(['name       n', 'api 🟢     5', '日本    1200']);
    expect(new Set(lines(40).map(widthOf)).size).toBe(1);
  });

  it('leaves out what does not fit, from the right', () => {
    expect(lines(9)).toEqual(['name', 'api 🟢', '日本']);
  });

  it('cuts the first column rather than leaving all of them out', () => {
    expect(lines(5)).toEqual(['name', 'api …', '日本']);
  });
});

describe('a name that is too long', () => {
  const names = ['http://10.0.0.7:8080/svc/a', 'http://10.0.0.7:8080/svc/b'];
  const cut = (suffix: string) =>
    renderTable(
      [
        {
          title: 'Target',
          maxWidth: 20,
          cutsMiddle: true,
          cell: (name: string) => name,
          suffix: () => suffix,
        },
      ],
      names,
      40,
    ).map((line) => paint(line, 200, false));

  it('is cut in its middle, so that those that begin alike can be told apart', () => {
    expect(cut('')).toEqual(['Target', 'http://10.…080/svc/a', 'http://10.…080/svc/b']);
  });

  it('keeps what is said behind it', () => {
    expect(cut(' (remote)')).toEqual(['Target', 'http:…svc/a (remote)', 'http:…svc/b (remote)']);
  });
});

describe('the width of text', () => {
  it('counts what a terminal draws', () => {
    expect(['a', 'é', 'e\u0301', '🟢', '日', '👩‍👩‍👧', '‖', '\u200b', ''].map(widthOf)).toEqual([
      1, 1, 1, 2, 2, 2, 1, 0, 0,
    ]);
  });

  it('cuts and fills to exactly the width asked for', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 30 }), (text, width) => {
        expect(widthOf(cutTo(text, width))).toBeLessThanOrEqual(width);
        expect(widthOf(cutMiddleTo(text, width))).toBeLessThanOrEqual(width);
        expect(widthOf(fitTo(text, width))).toBe(width);
        expect(widthOf(fitTo(text, width, 'right'))).toBe(width);
      }),
    );
  });
});

describe('colours', () => {
  it('are used only on a terminal that can show them and where nobody asked for none', () => {
    expect(supportsColours(true, { TERM: 'xterm' })).toBe(true);
    expect(supportsColours(true, { NO_COLOR: '1' })).toBe(false);
    expect(supportsColours(true, { NO_COLOR: '' })).toBe(true);
    expect(supportsColours(true, { TERM: 'dumb' })).toBe(false);
    expect(supportsColours(false, {})).toBe(false);
  });
});
