import type { TargetState } from '../../shared/contract/questions';
import { type BoardData, causeWords, createNaming, latencyText } from './board-data';
import type { BoardTexts } from './board-texts';
import { durationText, type LocalTime } from './local-time';
import type { Line, Style } from './style';
import { type Column, renderTable } from './table';

type StateName = TargetState['state'];

/** Problems first. Colour, shape and word say the same, so that any one of them is enough. */
const LOOKS: Record<StateName, { order: number; sign: string; shape: string; style: Style }> = {
  down: { order: 0, sign: '🔴', shape: '✖', style: 'red' },
  degraded: { order: 1, sign: '🟡', shape: '▲', style: 'yellow' },
  unknown: { order: 2, sign: '🟣', shape: '?', style: 'yellow' },
  noData: { order: 3, sign: '⚪', shape: '○', style: 'dim' },
  missed: { order: 4, sign: '🟤', shape: '◌', style: 'yellow' },
  up: { order: 5, sign: '🟢', shape: '●', style: 'green' },
  paused: { order: 6, sign: '🔵', shape: '‖', style: 'dim' },
};

/** With less, the cause of a failure goes below its target instead of beside it. */
const WIDE_ENOUGH = 110;

/**
 * The current state of every target in at most `maxLines` lines, head line included.
 * @returns the lines; the last says how many targets did not fit
 */
export function renderStates(
  data: BoardData,
  view: { width: number; maxLines: number; texts: BoardTexts; time: LocalTime },
): Line[] {
  const { width, maxLines, texts, time } = view;
  const nameOf = createNaming(data);
  const ordered = [...data.states].sort(
    (a, b) =>
      LOOKS[a.state].order - LOOKS[b.state].order ||
      b.errorsLastMinute - a.errorsLastMinute ||
      compareText(nameOf(a.targetId), nameOf(b.targetId)),
  );
  const failureOf = ({ lastFailure }: TargetState): string => {
    if (lastFailure === null) return '';
    const { timestampUs, phase, code, statusCode } = lastFailure;
    const kind = phase === 'timeout' ? `${texts.timeout}: ` : '';
    return `${time.short(timestampUs, data.nowUs)} ${kind}${causeWords(code, statusCode, texts)}`;
  };
  const isWide = width >= WIDE_ENOUGH;
  const columns: Column<TargetState>[] = [
    {
      title: texts.state,
      cell: ({ state }) => `${LOOKS[state].sign} ${LOOKS[state].shape} ${texts.states[state].toUpperCase()}`,
      style: ({ state }) => LOOKS[state].style,
    },
    { title: texts.latency, align: 'right', cell: ({ latencyMs }) => latencyText(latencyMs) },
    {
      title: texts.errorsLastMinute,
      align: 'right',
      cell: ({ errorsLastMinute }) => `${errorsLastMinute}`,
      style: ({ errorsLastMinute }) => (errorsLastMinute > 0 ? 'red' : undefined),
    },
    {
      title: texts.target,
      maxWidth: isWide ? Math.max(28, width - WIDE_ENOUGH) : 20,
      minWidth: 8,
      cutsMiddle: true,
      cell: ({ targetId }) => nameOf(targetId),
      suffix: ({ remote }) => (remote ? ` (${texts.remote})` : ''),
      style: () => 'bold',
    },
    {
      title: texts.since,
      cell: ({ sinceUs }) => (sinceUs === null ? '–' : durationText(data.nowUs - sinceUs)),
    },
    ...(isWide ? [{ title: texts.lastFailure, maxWidth: 60, minWidth: 20, cell: failureOf }] : []),
  ];

  const [head = [], ...rows] = renderTable(columns, ordered, width);
  const entries = ordered.map((state, index): Line[] => {
    const row = rows[index] ?? [];
    const isProblem = LOOKS[state.state].order < LOOKS.up.order;
    const below = !isWide && state.lastFailure !== null && (isProblem || ordered.length === 1);
    return below ? [row, [{ text: `     ${texts.lastFailure}: ${failureOf(state)}`, style: 'dim' }]] : [row];
  });
  return fitEntries(head, entries, maxLines, (count) => [{ text: texts.moreTargets(count), style: 'dim' }]);
}

/** Whole entries only; when not all fit, one line is kept to say how many are left out. */
function fitEntries(
  head: Line,
  entries: readonly Line[][],
  maxLines: number,
  moreOf: (count: number) => Line,
): Line[] {
  const all = entries.flat();
  if (all.length + 1 <= maxLines) return [head, ...all];
  const lines: Line[] = [head];
  let shown = 0;
  for (const entry of entries) {
    if (lines.length + entry.length > maxLines - 1) break;
    lines.push(...entry);
    shown += 1;
  }
  return [...lines, moreOf(entries.length - shown)];
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
