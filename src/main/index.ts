import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, type BrowserWindow, dialog, ipcMain, Menu } from 'electron';
import { toAppError } from '../shared/contract/app-error';
import { textsOf } from '../shared/texts/language';
import { cliTexts } from './cli/cli-texts';
import { parseOptions, type RunOptions } from './cli/options';
import { registerAppScheme, serveInterface } from './electron/app-protocol';
import { desktopArguments } from './electron/desktop-arguments';
import { mountIpc } from './electron/ipc-mount';
import { denyNavigation, denyRemote } from './electron/lock-down';
import { bringForward, openMainWindow } from './electron/main-window';
import { menuTemplate } from './electron/menu';
import { createSaveDialog } from './electron/save-dialog';
import { stopBeforeQuit } from './electron/stop-once';
import { dataDirectoryOf, openFor } from './host/engine-opener';
import { serveEngine } from './host/served-engine';
import { stopWords } from './host/stop-words';
import { systemClock } from './platform/clock';
import { createLogger } from './platform/logger';
import { longTimeout } from './platform/long-timeout';
import { widenThreadPool } from './platform/thread-pool';

/** The folder this very file was built into; when packaged, its twin outside the archive: threads are started from there. */
const builtFolder = fileURLToPath(new URL('.', import.meta.url)).replace('app.asar', 'app.asar.unpacked');
const preload = join(builtFolder, '../preload/index.cjs');
let window: BrowserWindow | null = null;

const showWindow = (): void => {
  window = openMainWindow(preload);
  window.once('closed', () => {
    window = null;
  });
};

/** Started from an icon, the environment has no language, but the system has. */
function readOptions(): RunOptions {
  const { env } = process;
  const language = app.getPreferredSystemLanguages()[0];
  return parseOptions(desktopArguments(process.argv, env, app.isPackaged), { LANG: language, ...env });
}

async function start(): Promise<void> {
  const options = readOptions();
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
  showWindow();
  served.startBoard(null);
  app.on('second-instance', () => (window === null ? showWindow() : bringForward(window)));
  app.on('activate', () => window ?? showWindow());
  app.on('window-all-closed', () => app.quit());
  if (options.durationMs !== null) longTimeout(() => app.quit(), options.durationMs);
}

/** The one that is open already comes forward; this one says so and ends. */
function giveWay(): void {
  process.stderr.write(`${textsOf(readOptions().language).desktop.alreadyOpen}\n`);
  app.quit();
}

/** Says in a box and in the terminal what is wrong, and ends as the headless entry does. */
function refuse(thrown: unknown): void {
  const error = toAppError(thrown);
  process.stderr.write(`${error.message}\n`);
  dialog.showErrorBox('UpTimer', error.message);
  app.exit(error.domain === 'internal' ? 1 : 2);
}

widenThreadPool();
// Whoever reads our output may go away: that is no reason to stop measuring, nor for Electron's box about an error.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
registerAppScheme();
denyNavigation();
if (app.requestSingleInstanceLock()) void app.whenReady().then(start).catch(refuse);
else void app.whenReady().then(giveWay).catch(refuse);
