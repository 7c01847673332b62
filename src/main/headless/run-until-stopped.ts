import { createHttpServer } from '../bridge/http-server';
import { mustBeFree } from '../bridge/listen';
import { createPushHub } from '../bridge/push-hub';
import { createRouter } from '../bridge/router';
import type { CliTexts } from '../cli/cli-texts';
import type { RunOptions } from '../cli/options';
import type { StopReport } from '../engine';
import { systemClock } from '../platform/clock';
import { createLogger } from '../platform/logger';
import { systemRandom } from '../platform/random';
import type { OpenEngine } from './open-engine';
import { removeRuntime, writeRuntime } from './runtime-file';
import { createEngineBoard, createEngineLines } from './terminal-output';
import { tokenOf } from './token-file';

/** From the signal to the end; what takes longer is left to the next start, which finds it in the log. */
const STOP_WITHIN_MS = 4700;

/**
 * Runs the engine with its loopback address, and board and lines as asked for, until a signal comes or the duration is over.
 * @returns the exit code
 */
export async function runUntilStopped(from: {
  options: RunOptions;
  texts: CliTexts;
  dataDirectory: string;
  /** The built interface; null when this build has none. */
  rendererFolder: string | null;
  open: () => Promise<OpenEngine>;
}): Promise<number> {
  const { options, texts, dataDirectory } = from;
  const clock = systemClock;
  const logger = createLogger(options.logLevel);
  // Signals count from the beginning: one that comes while starting stops as soon as everything stands.
  const stopAsked = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve());
    if (options.durationMs !== null) setTimeout(resolve, options.durationMs);
  });

  await mustBeFree(options.port);
  const { engine, close } = await from.open();
  const lines = createEngineLines(engine, clock, options.language, options.stages);
  const hub = createPushHub(engine.sources, {
    clock,
    logger,
    onSubscriber: (report) => lines.tell('ui', report),
  });
  const token = await tokenOf(dataDirectory, systemRandom);
  const server = createHttpServer({
    router: createRouter(engine.handlers, logger, {
      observe: { clock, onCall: (report) => lines.tell('ui', { kind: 'call', ...report }) },
    }),
    hub,
    port: options.port,
    token,
    logger,
    clock,
    staticDirectory: from.rendererFolder,
    downloadOf: engine.downloadOf,
    isHealthy: () => engine.notices.active().length === 0,
  });
  const board = options.terminal ? createEngineBoard(engine, clock, options.language) : null;

  let report: StopReport;
  try {
    const { port, url } = await server.start();
    await writeRuntime(dataDirectory, { pid: process.pid, port, token });
    process.stdout.write(`${texts.listening(url)}\n`);
    if (engine.targets().length === 0) process.stdout.write(`${texts.noTargets}\n`);
    board?.start();
    await stopAsked;
    endInTime(texts);
    await board?.stop();
    process.stderr.write(`${texts.stopping}\n`);
  } finally {
    hub.stop();
    await server.stop();
    report = await close();
    await removeRuntime(dataDirectory);
  }
  process.stderr.write(`${wordsFor(report, texts)}\n`);
  return 0;
}

/** A lake on a disk that does not answer must not keep the process: everything acknowledged is in the log. */
function endInTime(texts: CliTexts): void {
  setTimeout(() => {
    process.stderr.write(`${texts.stoppedLater}\n`, () => process.exit(0));
  }, STOP_WITHIN_MS).unref();
}

function wordsFor({ lost, inLake }: StopReport, texts: CliTexts): string {
  if (lost > 0) return texts.stoppedLost(lost);
  return inLake ? texts.stopped : texts.stoppedLater;
}
