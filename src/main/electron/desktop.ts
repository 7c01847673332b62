import { join, resolve } from 'node:path';
import { app, type BrowserWindow, dialog, ipcMain, Menu } from 'electron';
import { toAppError } from '../../shared/contract/app-error';
import { textsOf } from '../../shared/texts/language';
import { cliTexts } from '../cli/cli-texts';
import { parseOptions, type RunOptions } from '../cli/options';
import { dataDirectoryOf, openFor, version } from '../host/engine-opener';
import { serveEngine } from '../host/served-engine';
import { stopWords } from '../host/stop-words';
import { systemClock } from '../platform/clock';
import { createLogger } from '../platform/logger';
import { longTimeout } from '../platform/long-timeout';
import { registerAppScheme, serveInterface } from './app-protocol';
import { desktopArguments } from './desktop-arguments';
import { mountIpc } from './ipc-mount';
import { denyNavigation, denyRemote } from './lock-down';
import { bringForward, openMainWindow } from './main-window';
import { menuTemplate } from './menu';
import { createSaveDialog } from './save-dialog';
import { stopBeforeQuit } from './stop-once';

let window: BrowserWindow | null = null;

function showWindow(builtFolder: string): void {
  window = openMainWindow(join(builtFolder, '../preload/index.cjs'));
  window.once('closed', () => {
    window = null;
  });
}

/** Started from an icon, the environment has no language, but the system has. */
function readOptions(): RunOptions {
  const { env } = process;
  const language = app.getPreferredSystemLanguages()[0];
  return parseOptions(desktopArguments(process.argv, env, app.isPackaged), {
    ...env,
    LANG: env.LANG || language,
  });
}

async function start(options: RunOptions, builtFolder: string): Promise<void> {
  const dataDirectory = resolve(options.data ?? dataDirectoryOf(builtFolder));
  denyRemote();
  serveInterface(join(builtFolder, '../renderer'));
  const serving = serveEngine({
    options,
    open: () => openFor({ options, dataDirectory, builtFolder, probing: true }),
    clock: systemClock,
    logger: createLogger(options.logLevel),
    handlers: { 'export.choosePath': createSaveDialog(() => window) },
  });
  // A quit that comes while starting stops as soon as everything stands.
  stopBeforeQuit(async () => {
    const report = await (await serving).close();
    process.stderr.write(`${stopWords(report, cliTexts[options.language])}\n`);
  });
  const served = await serving;
  const language = served.engine.settings().language ?? options.language;
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(textsOf(language).desktop, process.platform)));
  mountIpc(ipcMain, served);
  const show = (): void => showWindow(builtFolder);
  show();
  served.startBoard(null);
  app.on('second-instance', () => (window === null ? show() : bringForward(window)));
  app.on('activate', () => window ?? show());
  app.on('window-all-closed', () => app.quit());
  if (options.durationMs !== null) longTimeout(() => app.quit(), options.durationMs);
}

/** The one that is open already comes forward; this one says so and ends. */
function giveWay({ language }: RunOptions): void {
  process.stderr.write(`${textsOf(language).desktop.alreadyOpen}\n`);
  app.quit();
}

/** What is asked in the terminal is answered there; `reset` and `restart` are the headless entry's. */
function answer({ command, language }: RunOptions): void {
  process.stdout.write(`${command === 'version' ? version : cliTexts[language].help}\n`);
  app.exit(command === 'version' || command === 'help' ? 0 : 2);
}

/** Says in a box and in the terminal what is wrong, and ends as the headless entry does. */
function refuse(thrown: unknown): void {
  const error = toAppError(thrown);
  process.stderr.write(`${error.message}\n`);
  dialog.showErrorBox('UpTimer', error.message);
  app.exit(error.domain === 'internal' ? 1 : 2);
}

/**
 * The desktop app, from its first moment to its end. To be called before Electron is ready.
 * @param builtFolder where this build's files lie, outside of any archive
 */
export function runDesktop(builtFolder: string): void {
  // Whoever reads our output may go away: that is no reason to stop measuring, nor for Electron's box about an error.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  registerAppScheme();
  denyNavigation();
  const isFirst = app.requestSingleInstanceLock();
  void app
    .whenReady()
    .then(() => {
      const options = readOptions();
      if (options.command !== 'run') return answer(options);
      return isFirst ? start(options, builtFolder) : giveWay(options);
    })
    .catch(refuse);
}
