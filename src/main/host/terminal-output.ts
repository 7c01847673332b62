import type { Engine } from '../engine-contract';
import type { Clock } from '../platform/clock';
import { type Board, createBoard } from '../terminal/board';
import { type BoardData, createNaming } from '../terminal/board-data';
import { boardTexts } from '../terminal/board-texts';
import { createLocalTime } from '../terminal/local-time';
import type { StageName } from '../terminal/stage-events';
import { createStageLines, type StageLines } from '../terminal/stage-lines';
import { stageTexts } from '../terminal/stage-texts';
import { supportsColours } from '../terminal/style';

const BOARD_WINDOWS = 12;

/** The board of `--terminal`, fed by the engine. @param address of the interface; the board covers what was printed before it */
export function createEngineBoard(
  engine: Engine,
  clock: Clock,
  language: 'en' | 'es',
  address: string | null,
): Board {
  const never = new AbortController().signal;
  const { stdout } = process;
  return createBoard({
    clock,
    texts: boardTexts[language],
    timeZone: engine.settings().displayTimeZone ?? undefined,
    isTty: stdout.isTTY === true,
    columns: () => stdout.columns,
    rows: () => stdout.rows,
    colours: supportsColours(stdout.isTTY === true, process.env),
    write: (text) => void stdout.write(text),
    onResize: (redraw) => {
      stdout.on('resize', redraw);
      return () => stdout.off('resize', redraw);
    },
    read: () => readBoard(engine, clock, address, never),
  });
}

async function readBoard(
  engine: Engine,
  clock: Clock,
  address: string | null,
  signal: AbortSignal,
): Promise<BoardData> {
  const [windows, windowsProcessed] = await Promise.all([
    engine.queries.lastWindows(null, BOARD_WINDOWS, signal),
    engine.queries.countWindows(signal),
  ]);
  return {
    nowUs: clock.nowUs(),
    targets: engine.targets(),
    states: await engine.sources.states.snapshot(),
    windows,
    windowsProcessed,
    health: engine.health(),
    address,
  };
}

/** The lines of `--log`, fed by the engine. */
export function createEngineLines(
  engine: Engine,
  clock: Clock,
  language: 'en' | 'es',
  stages: readonly StageName[],
): StageLines {
  const nameOf = (targetId: string): string =>
    createNaming({ targets: engine.targets(), states: [] } as unknown as BoardData)(targetId);
  const lines = createStageLines({
    stages,
    texts: stageTexts[language],
    words: boardTexts[language],
    time: createLocalTime(engine.settings().displayTimeZone ?? undefined),
    prefixOf: (targetId) => (engine.targets().length > 1 ? `${nameOf(targetId)}: ` : ''),
    write: (text) => void process.stdout.write(text),
  });
  if (lines.wants('prober') || lines.wants('log')) {
    engine.acknowledged.listen((events) => {
      for (const event of events) lines.tell('prober', event);
      const [first, last] = [events[0], events.at(-1)];
      if (first === undefined || last === undefined) return;
      // How long the first of them waited from its end until it was durable.
      const endedUs = first.started_at + (first.latency_ms ?? 0) * 1000;
      const durationMs = Math.max(0, (clock.nowUs() - endedUs) / 1000);
      lines.tell('log', { firstSeq: first.seq, lastSeq: last.seq, durationMs });
    });
  }
  if (lines.wants('windows')) {
    engine.windowsWritten.listen((rows) => {
      for (const row of rows) lines.tell('windows', row);
    });
  }
  if (lines.wants('lake'))
    engine.flushed.listen((report) => lines.tell('lake', { kind: 'flush', ...report }));
  return lines;
}
