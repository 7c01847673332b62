import { cutMiddleTo, cutTo, fitTo, plainText, widthOf } from './display-width';
import type { Line, Span, Style } from './style';

export interface Column<R> {
  title: string;
  align?: 'left' | 'right';
  /** Cells at most; the rest is cut with … */
  maxWidth?: number;
  /** May be narrower than its widest cell, down to so many cells, rather than left out. */
  minWidth?: number;
  /** Names that begin alike differ at their end: both are kept. */
  cutsMiddle?: boolean;
  cell(row: R): string;
  /** Behind the cell's text, and not cut with it. */
  suffix?(row: R): string;
  style?(row: R): Style | undefined;
}

const GAP = 2;

interface CellText {
  text: string;
  suffix: string;
}

/**
 * Aligned columns under a head line, each as wide as its widest cell. Columns that do not fit into `width` are left
 * out from the right, so the important ones come first.
 */
export function renderTable<R>(columns: readonly Column<R>[], rows: readonly R[], width: number): Line[] {
  const shown: { column: Column<R>; texts: CellText[]; width: number }[] = [];
  let used = 0;
  for (const column of columns) {
    const texts = rows.map((row) => ({
      text: plainText(column.cell(row)),
      suffix: column.suffix?.(row) ?? '',
    }));
    const widths = texts.map(({ text, suffix }) => widthOf(text) + widthOf(suffix));
    const widest = Math.max(widthOf(column.title), ...widths);
    const wanted = Math.min(widest, column.maxWidth ?? widest);
    const gap = shown.length === 0 ? 0 : GAP;
    const free = Math.max(0, width - used - gap);
    if (wanted > free && shown.length > 0 && free < (column.minWidth ?? wanted)) break;
    const cells = Math.min(wanted, free);
    shown.push({ column, texts, width: cells });
    used += gap + cells;
  }

  const lineOf = (cell: (part: (typeof shown)[number]) => Span): Line =>
    shown.flatMap((part, index) => (index === 0 ? [cell(part)] : [{ text: ' '.repeat(GAP) }, cell(part)]));
  const head = lineOf(({ column, width: cells }) => ({
    text: fitTo(column.title, cells, column.align),
    style: 'dim',
  }));
  const body = rows.map((row, index) =>
    lineOf(({ column, texts, width: cells }) => ({
      text: fitTo(cutCell(texts[index], column, cells), cells, column.align),
      style: column.style?.(row),
    })),
  );
  return [head, ...body];
}

function cutCell(
  cell: CellText | undefined,
  { cutsMiddle }: Pick<Column<never>, 'cutsMiddle'>,
  cells: number,
): string {
  if (cell === undefined) return '';
  const { text, suffix } = cell;
  const cut = cutsMiddle === true ? cutMiddleTo : cutTo;
  return cut(text, cells - widthOf(suffix)) + suffix;
}
