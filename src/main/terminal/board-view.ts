import type { WindowRow } from '../../shared/domain/window-row';
import { renderAlarms } from './board-alarms';
import { type BoardData, createNaming, decimalText } from './board-data';
import { renderKafka } from './board-kafka';
import { renderStates } from './board-states';
import type { BoardTexts } from './board-texts';
import { widthOf } from './display-width';
import type { LocalTime } from './local-time';
import { type Line, paint } from './style';
import { type Column, renderTable } from './table';

const MAX_WINDOWS = 10;
const MIN_WINDOWS = 3;
const MAX_STATES = 30;

export interface BoardView {
  /** Cells of a line; longer lines are cut. */
  width: number;
  /** Lines at most; null = not a screen: a compact block of any length. */
  height: number | null;
  colours: boolean;
  texts: BoardTexts;
  time: LocalTime;
}

/** The whole board as lines of text. Pure: the same data and view give the same lines. */
export function renderBoard(data: BoardData, view: BoardView): string[] {
  const { texts, height, width } = view;
  const { role } = data.health;
  const top = [...renderHead(data, view), ...section(texts.alarms, renderAlarms(data, texts))];
  const windowCount = Math.min(data.windows.length, height === null ? MIN_WINDOWS + 2 : MAX_WINDOWS);
  // Title, head and legend of the windows, the title of the states, and the blank lines before both.
  const fixed = 3 + 1 + 2;
  const forStates =
    height === null
      ? MAX_STATES + 1
      : Math.max(3, height - top.length - fixed - Math.min(windowCount, MIN_WINDOWS));
  const states = renderStates(data, { ...view, maxLines: forStates });
  const forWindows = height === null ? windowCount : Math.max(1, height - top.length - fixed - states.length);
  const windows = renderWindows(data, Math.min(windowCount, forWindows), view);
  const lines = [
    ...top,
    ...section(texts.currentState, data.states.length === 0 ? [[{ text: texts.noTargetsOf[role] }]] : states),
    ...section(texts.lastWindows, windows.length === 0 ? [[{ text: texts.noWindowsOf[role] }]] : windows),
  ];
  return (height === null ? lines : lines.slice(0, height)).map((line) => paint(line, width, view.colours));
}

function renderHead(data: BoardData, { texts, time, width }: BoardView): Line[] {
  const { health } = data;
  const now = `${time.full(data.nowUs)} (${time.zone(data.nowUs)})`;
  const space = width - widthOf(texts.title) - widthOf(now);
  const title: Line[] =
    space >= 2
      ? [[{ text: texts.title, style: 'bold' }, { text: ' '.repeat(space) + now }]]
      : [[{ text: texts.title, style: 'bold' }], [{ text: now }]];
  const { role, windows, prober } = health;
  const { watermarkUs } = windows;
  // What a process does not do has no number.
  const facts = [
    ...(role === 'prober' ? [] : [`${texts.windowsProcessed}: ${data.windowsProcessed}`]),
    `${texts.targets}: ${data.states.length}`,
    ...(role === 'aggregator' ? [] : [`${texts.probesPerSecond}: ${prober.probesPerSecond}`]),
    ...(watermarkUs === null ? [] : [`${texts.watermark}: ${time.short(watermarkUs, data.nowUs)}`]),
  ];
  // What does not fit is left out from the right: half a number is worse than none.
  while (facts.length > 1 && widthOf(facts.join(' · ')) > width) facts.pop();
  const address: Line[] = data.address === null ? [] : [[{ text: `${texts.address}: ${data.address}` }]];
  const kafka = renderKafka(health, { width, texts });
  return [...title, [{ text: facts.join(' · ') }], ...kafka, ...address];
}

function section(title: string, lines: readonly Line[]): Line[] {
  return lines.length === 0 ? [] : [[], [{ text: title, style: 'bold' }], ...lines];
}

function renderWindows(data: BoardData, count: number, { texts, time, width }: BoardView): Line[] {
  const rows = data.windows.slice(0, count);
  if (rows.length === 0) return [];
  const nameOf = createNaming(data);
  // The past may be of more targets than there are now.
  const ofSeveral = data.states.length > 1 || new Set(rows.map((row) => row.target_id)).size > 1;
  const target: Column<WindowRow> = {
    title: texts.target,
    minWidth: 8,
    cutsMiddle: true,
    cell: (row) => nameOf(row.target_id),
  };
  const columns: Column<WindowRow>[] = [
    { title: 'end_time', cell: (row) => time.short(row.end_time, data.nowUs) + (row.is_final ? ' ' : '*') },
    { title: 'avg_latency', align: 'right', cell: (row) => decimalText(row.avg_latency) },
    { title: 'total_pings', align: 'right', cell: (row) => `${row.total_pings}` },
    {
      title: 'error_count',
      align: 'right',
      cell: (row) => `${row.error_count}`,
      style: (row) => (row.error_count > 0 ? 'red' : undefined),
    },
    { title: 'uptime_pct', align: 'right', cell: (row) => decimalText(row.uptime_pct) },
    ...(ofSeveral ? [{ ...target, maxWidth: 24 }] : []),
    { title: 'p95_latency', align: 'right', cell: (row) => decimalText(row.p95_latency) },
    { title: 'coverage_pct', align: 'right', cell: (row) => decimalText(row.coverage_pct) },
  ];
  const legend: Line[] = rows.some((row) => !row.is_final)
    ? [[{ text: texts.provisional, style: 'dim' }]]
    : [];
  return [...renderTable(columns, rows, width), ...legend];
}
