const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Ranges that a terminal draws two cells wide besides emoji: CJK, Hangul, kana and full-width forms (UAX #11, W and F). */
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]/u;
/** What takes no cell of its own: marks, joiners, control characters. */
const NOTHING = /^[\p{Mark}\p{Control}\p{Format}]*$/u;

function graphemeWidth(grapheme: string): 0 | 1 | 2 {
  if (NOTHING.test(grapheme)) return 0;
  if (/^\p{Emoji_Presentation}/u.test(grapheme) || grapheme.includes('\ufe0f')) return 2;
  return WIDE.test(grapheme) ? 2 : 1;
}

/** Cells that a terminal needs for `text`, which holds no escape codes. */
export function widthOf(text: string): number {
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += graphemeWidth(segment);
  return width;
}

/** `text` without what could steer a terminal (names, URLs and messages come from outside): breaks, escapes, bidi marks. */
export function plainText(text: string): string {
  return text.replace(/[\p{Control}\u2028\u2029]+/gu, ' ').replace(/[\u202a-\u202e\u2066-\u2069]/g, '');
}

/** Plain `text` in at most `width` cells, ending in … when it was cut. */
export function cutTo(text: string, width: number): string {
  const plain = plainText(text);
  if (widthOf(plain) <= width) return plain;
  if (width <= 0) return '';
  let cut = '';
  let used = 0;
  for (const { segment } of segmenter.segment(plain)) {
    used += graphemeWidth(segment);
    if (used > width - 1) break;
    cut += segment;
  }
  return `${cut}…`;
}

/** Plain `text` in at most `width` cells, with … in its middle when it was cut: its beginning and its end stay. */
export function cutMiddleTo(text: string, width: number): string {
  const plain = plainText(text);
  if (widthOf(plain) <= width) return plain;
  if (width <= 0) return '';
  const endWidth = Math.floor((width - 1) / 2);
  let end = '';
  let used = 0;
  for (const { segment } of [...segmenter.segment(plain)].reverse()) {
    used += graphemeWidth(segment);
    if (used > endWidth) break;
    end = segment + end;
  }
  return cutTo(plain, width - widthOf(end)) + end;
}

/** `text` in exactly `width` cells. */
export function fitTo(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const cut = cutTo(text, width);
  const space = ' '.repeat(Math.max(0, width - widthOf(cut)));
  return align === 'left' ? cut + space : space + cut;
}
