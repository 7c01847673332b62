import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../platform/clock';
import { type Board, createBoard } from './board';
import type { BoardData } from './board-data';
import { boardData, stateAt } from './board-fixtures';
import { boardTexts } from './board-texts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function boardOn(options: Partial<Parameters<typeof createBoard>[0]> = {}) {
  const written: string[] = [];
  let resize: () => void = () => undefined;
  const size = { columns: 80, rows: 24 };
  const board: Board = createBoard({
    read: async () => boardData({ states: [stateAt('web')] }),
    write: (text) => void written.push(text),
    isTty: true,
    columns: () => size.columns,
    rows: () => size.rows,
    onResize: (redraw) => {
      resize = redraw;
      return () => {
        resize = () => undefined;
      };
    },
    clock: systemClock,
    texts: boardTexts.en,
    timeZone: 'UTC',
    ...options,
  });
  return { board, written, size, resize: () => resize() };
}

describe('the board on a terminal', () => {
  it('draws at once and every five seconds, in place and in one write each', async () => {
    const { board, written } = boardOn();
    board.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(written).toHaveLength(2);
    expect(written[0]).toBe('\u001b[?25l');
    expect(written[1]?.startsWith('\u001b[2J\u001b[H')).toBe(true);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(written).toHaveLength(4);
    for (const drawing of written.slice(2)) {
      expect(drawing.startsWith('\u001b[HUpTimer')).toBe(true);
      expect(drawing).not.toContain('\u001b[2J');
      expect(drawing.endsWith('\u001b[J')).toBe(true);
      expect(drawing.split('\n').length).toBeLessThanOrEqual(24);
    }
    await board.stop();
  });

  it('gives the cursor back when it stops, once, and draws no more', async () => {
    const { board, written } = boardOn();
    board.start();
    await vi.advanceTimersByTimeAsync(0);
    await Promise.all([board.stop(), board.stop()]);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(written.filter((text) => text === '\u001b[?25h')).toHaveLength(1);
    expect(written.at(-1)).toBe('\u001b[?25h');
  });

  it('redraws from scratch at the new size when the terminal was resized', async () => {
    const { board, written, size, resize } = boardOn();
    board.start();
    await vi.advanceTimersByTimeAsync(0);
    size.columns = 40;
    resize();
    const drawing = written.at(-1) ?? '';
    expect(drawing.startsWith('\u001b[2J\u001b[H')).toBe(true);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes are what is looked for
    for (const line of drawing.replace(/\u001b\[[0-9?]*[A-Za-z]/g, '').split('\n')) {
      expect(line.length).toBeLessThan(40);
    }
    await board.stop();
  });

  it('goes on with the last data and says why it could not be read', async () => {
    let fails = false;
    const { board, written } = boardOn({
      read: async () => {
        if (fails) throw new Error('the lake is busy');
        return boardData({ states: [stateAt('web')] });
      },
    });
    board.start();
    await vi.advanceTimersByTimeAsync(0);
    fails = true;
    await vi.advanceTimersByTimeAsync(5000);
    expect(written.at(-1)).toContain('the board could not be read: the lake is busy');
    expect(written.at(-1)).toContain('UP');
    await board.stop();
  });

  it('never reads twice at a time', async () => {
    let reading = 0;
    let most = 0;
    const { board } = boardOn({
      read: async (): Promise<BoardData> => {
        reading += 1;
        most = Math.max(most, reading);
        await new Promise((resolve) => setTimeout(resolve, 12_000));
        reading -= 1;
        return boardData();
      },
    });
    board.start();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(most).toBe(1);
    const stopped = board.stop();
    await vi.advanceTimersByTimeAsync(12_000);
    await stopped;
  });
});

describe('the board elsewhere', () => {
  it('writes plain blocks without any escape code', async () => {
    const { board, written } = boardOn({ isTty: false, columns: () => undefined });
    board.start();
    await vi.advanceTimersByTimeAsync(10_000);
    await board.stop();
    expect(written).toHaveLength(3);
    expect(written.join('')).not.toContain('\u001b');
    expect(written[0]?.endsWith('\n\n')).toBe(true);
    expect(written[0]).toContain('🟢 ● UP');
  });
});
