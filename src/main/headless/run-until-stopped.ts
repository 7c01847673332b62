import { createHttpServer } from '../bridge/http-server';
import { mustBeFree } from '../bridge/listen';
import type { CliTexts } from '../cli/cli-texts';
import type { RunOptions } from '../cli/options';
import type { StopReport } from '../engine-contract';
import type { OpenEngine } from '../host/open-engine';
import { serveEngine } from '../host/served-engine';
import { stopWords } from '../host/stop-words';
import { systemClock } from '../platform/clock';
import { createLogger } from '../platform/logger';
import { longTimeout } from '../platform/long-timeout';
import { systemRandom } from '../platform/random';
import { removeRuntime, writeRuntime } from './runtime-file';
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
  let stop = (): void => undefined;
  const stopAsked = new Promise<void>((resolve) => {
    stop = resolve;
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);

  await mustBeFree(options.port);
  const served = await serveEngine({ options, open: from.open, clock, logger });
  // The duration is that of measuring: how long the start takes is the machine's matter.
  if (options.durationMs !== null) longTimeout(stop, options.durationMs);
  const { engine, router, hub } = served;
  const token = await tokenOf(dataDirectory, systemRandom);
  const server = createHttpServer({
    router,
    hub,
    port: options.port,
    token,
    logger,
    clock,
    staticDirectory: from.rendererFolder,
    downloadOf: engine.downloadOf,
    isHealthy: () => engine.notices.active().length === 0,
  });

  let report: StopReport;
  try {
    const { port, url } = await server.start();
    await writeRuntime(dataDirectory, { pid: process.pid, port, token });
    process.stdout.write(`${texts.listening(url)}\n`);
    if (engine.targets().length === 0 && options.role !== 'aggregator')
      process.stdout.write(`${texts.noTargets}\n`);
    served.startBoard(url);
    await stopAsked;
    endInTime(texts);
    await served.stopBoard();
    process.stderr.write(`${texts.stopping}\n`);
  } finally {
    hub.stop();
    await server.stop();
    report = await served.close();
    await removeRuntime(dataDirectory);
  }
  process.stderr.write(`${stopWords(report, texts)}\n`);
  return 0;
}

/** A lake on a disk that does not answer must not keep the process: everything acknowledged is in the log. */
function endInTime(texts: CliTexts): void {
  setTimeout(() => {
    process.stderr.write(`${texts.stoppedLater}\n`, () => process.exit(0));
  }, STOP_WITHIN_MS).unref();
}
