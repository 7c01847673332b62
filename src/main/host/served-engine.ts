import type { Handlers } from '../../shared/contract/commands';
import { createPushHub, type PushHub } from '../bridge/push-hub';
import { createRouter, type Router } from '../bridge/router';
import type { RunOptions } from '../cli/options';
import type { Engine, StopReport } from '../engine-contract';
import type { Clock } from '../platform/clock';
import type { Logger } from '../platform/logger';
import type { Board } from '../terminal/board';
import type { StageLines } from '../terminal/stage-lines';
import type { OpenEngine } from './open-engine';
import { createEngineBoard, createEngineLines } from './terminal-output';

/** A running engine with what every way of running it puts around it. */
export interface ServedEngine {
  engine: Engine;
  router: Router;
  hub: PushHub;
  lines: StageLines;
  /** Draws the board of `--terminal`, if it was asked for. @param address of the interface, if there is one to be opened */
  startBoard(address: string | null): void;
  /** Idempotent; what is printed afterwards stays. */
  stopBoard(): Promise<void>;
  /** Ends pushes and board, then the engine. */
  close(): Promise<StopReport>;
}

/** @param from.handlers what this way of running answers otherwise than the engine */
export async function serveEngine(from: {
  options: RunOptions;
  open: () => Promise<OpenEngine>;
  clock: Clock;
  logger: Logger;
  handlers?: Partial<Handlers>;
}): Promise<ServedEngine> {
  const { options, clock, logger } = from;
  const { engine, close } = await from.open();
  const lines = createEngineLines(engine, clock, options.language, options.stages);
  const hub = createPushHub(engine.sources, {
    clock,
    logger,
    onSubscriber: (report) => lines.tell('ui', report),
  });
  const handlers: Handlers = { ...engine.handlers, ...from.handlers };
  const router = createRouter(handlers, logger, {
    observe: { clock, onCall: (report) => lines.tell('ui', { kind: 'call', ...report }) },
  });
  let board: Board | null = null;
  const stopBoard = async (): Promise<void> => {
    await board?.stop();
    board = null;
  };
  return {
    engine,
    router,
    hub,
    lines,
    startBoard(address) {
      if (!options.terminal) return;
      board = createEngineBoard(engine, clock, options.language, address);
      board.start();
    },
    stopBoard,
    async close() {
      hub.stop();
      await stopBoard();
      return close();
    },
  };
}
