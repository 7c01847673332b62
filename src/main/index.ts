import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, type BrowserWindow, dialog, ipcMain } from 'electron';
import { toAppError } from '../shared/contract/app-error';
import { cliTexts } from './cli/cli-texts';
import { parseOptions } from './cli/options';
import { registerAppScheme, serveInterface } from './electron/app-protocol';
import { desktopArguments } from './electron/desktop-arguments';
import { mountIpc } from './electron/ipc-mount';
import { denyNavigation, denyRemote } from './electron/lock-down';
import { bringForward, openMainWindow } from './electron/main-window';
import { createSaveDialog } from './electron/save-dialog';
import { stopBeforeQuit } from './electron/stop-once';
import { dataDirectoryOf, openFor } from './host/engine-opener';
import { serveEngine } from './host/served-engine';
import { stopWords } from './host/stop-words';
import { systemClock } from './platform/clock';
import { createLogger } from './platform/logger';
import { longTimeout } from './platform/long-timeout';

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

async function start(): Promise<void> {
  const options = parseOptions(desktopArguments(process.argv, process.env, app.isPackaged), process.env);
  const texts = cliTexts[options.language];
  const dataDirectory = resolve(options.data ?? dataDirectoryOf(builtFolder));
  denyRemote();
  serveInterface(join(builtFolder, '../renderer'));
  const served = await serveEngine({
    options,
    open: () => openFor({ options, dataDirectory, builtFolder, probing: true }),
    clock: systemClock,
    logger: createLogger(options.logLevel),
    handlers: { 'export.choosePath': createSaveDialog(() => window) },
  });
  stopBeforeQuit(async () => process.stderr.write(`${stopWords(await served.close(), texts)}\n`));
  mountIpc(ipcMain, served);
  showWindow();
  served.startBoard(null);
  app.on('second-instance', () => (window === null ? showWindow() : bringForward(window)));
  app.on('activate', () => window ?? showWindow());
  app.on('window-all-closed', () => app.quit());
  if (options.durationMs !== null) longTimeout(() => app.quit(), options.durationMs);
}

/** Says in a box and in the terminal what is wrong, and ends as the headless entry does. */
function refuse(thrown: unknown): void {
  const error = toAppError(thrown);
  process.stderr.write(`${error.message}\n`);
  dialog.showErrorBox('UpTimer', error.message);
  app.exit(error.domain === 'internal' ? 1 : 2);
}

registerAppScheme();
denyNavigation();
if (app.requestSingleInstanceLock()) void app.whenReady().then(start).catch(refuse);
else app.quit();
