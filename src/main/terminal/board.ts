import type { Clock } from '../platform/clock';
import type { BoardData } from './board-data';
import type { BoardTexts } from './board-texts';
import { renderBoard } from './board-view';
import { createLocalTime } from './local-time';

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const CLEAR_SCREEN = '\u001b[2J';
const HOME = '\u001b[H';
const CLEAR_TO_LINE_END = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';
/** What a terminal has when it does not say, and what a log file is read with. */
const USUAL = { columns: 80, rows: 24, plainColumns: 120 };

/** The board of the terminal, drawn anew every `intervalMs`. */
export interface Board {
  /** Draws at once and then regularly. */
  start(): void;
  /** Leaves the board where it stands and gives the cursor back. Idempotent. */
  stop(): Promise<void>;
}

/**
 * On a terminal it is redrawn in place: every line is overwritten and its rest cleared, nothing is erased first, so
 * nothing flickers. Elsewhere each drawing is a block of plain lines.
 * @param options.columns cells of a line as of now; `rows` likewise
 * @param options.onResize how to hear of a changed terminal; returns the way to stop
 */
export function createBoard(options: {
  read(): Promise<BoardData>;
  write(text: string): void;
  isTty: boolean;
  columns(): number | undefined;
  rows?(): number | undefined;
  colours?: boolean;
  onResize?(redraw: () => void): () => void;
  clock: Clock;
  texts: BoardTexts;
  /** IANA name; undefined = the system's zone. */
  timeZone?: string | undefined;
  intervalMs?: number;
}): Board {
  const { read, write, isTty, clock, texts, intervalMs = 5000 } = options;
  const time = createLocalTime(options.timeZone);
  let data: BoardData | null = null;
  let failure: string | null = null;
  let timer: NodeJS.Timeout | undefined;
  let stopResize: (() => void) | undefined;
  let isRunning = false;
  let reading: Promise<void> | null = null;
  let drawn = { columns: 0, rows: 0 };

  const draw = (): void => {
    // Some terminals say 0 when they do not know.
    const columns = options.columns() || (isTty ? USUAL.columns : USUAL.plainColumns);
    const rows = options.rows?.() || USUAL.rows;
    const view = {
      // The last cell stays free: some terminals wrap when it is written.
      width: Math.max(20, isTty ? columns - 1 : columns),
      height: isTty ? Math.max(5, rows - 1) : null,
      colours: options.colours ?? false,
      texts,
      time,
    };
    const lines = data === null ? [] : renderBoard(data, view);
    if (failure !== null) lines.unshift(`! ${texts.readFailed(failure)}`.slice(0, view.width));
    if (!isTty) {
      write(`${lines.join('\n')}\n\n`);
      return;
    }
    const start = drawn.columns === columns && drawn.rows === rows ? HOME : CLEAR_SCREEN + HOME;
    drawn = { columns, rows };
    const shown = lines.slice(0, view.height ?? lines.length);
    write(start + shown.map((line) => `${line}${CLEAR_TO_LINE_END}\n`).join('') + CLEAR_BELOW);
  };
  const refresh = async (): Promise<void> => {
    try {
      data = await read();
      failure = null;
    } catch (error) {
      failure = error instanceof Error ? error.message : String(error);
    }
    draw();
  };
  const tick = (): void => {
    const startedMs = clock.monotonicMs();
    reading = refresh().then(() => {
      // One reading at a time: a slow one delays the next instead of piling up.
      const spentMs = clock.monotonicMs() - startedMs;
      if (isRunning) timer = setTimeout(tick, Math.max(0, intervalMs - spentMs));
    });
  };

  return {
    start() {
      if (isRunning) return;
      isRunning = true;
      if (isTty) write(HIDE_CURSOR);
      stopResize = options.onResize?.(() => {
        if (data !== null) draw();
      });
      tick();
    },
    async stop() {
      if (!isRunning) return;
      isRunning = false;
      clearTimeout(timer);
      stopResize?.();
      await reading;
      if (isTty) write(SHOW_CURSOR);
    },
  };
}
