import { cutTo, widthOf } from './display-width';

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34 } as const;
export type Style = keyof typeof CODES;

/** Text in one style: widths are counted before escape codes come in. */
export interface Span {
  text: string;
  style?: Style | undefined;
}
export type Line = readonly Span[];

/** Whether to use colours: a terminal that can, and nobody who asked for none (https://no-color.org). */
export function supportsColours(isTty: boolean, env: Readonly<Record<string, string | undefined>>): boolean {
  if ((env.NO_COLOR ?? '') !== '') return false;
  return isTty && env.TERM !== 'dumb';
}

/** The line in at most `width` cells, without space at its end, with escape codes only when `colours`. */
export function paint(line: Line, width: number, colours: boolean): string {
  let left = width;
  let painted = '';
  const last = line.findLastIndex(({ text }) => text.trim() !== '');
  for (const [index, { text, style }] of line.slice(0, last + 1).entries()) {
    const cut = cutTo(index === last ? text.trimEnd() : text, left);
    left -= widthOf(cut);
    const plain = style === undefined || !colours || cut === '';
    painted += plain ? cut : `\u001b[${CODES[style]}m${cut}\u001b[0m`;
  }
  return painted;
}
