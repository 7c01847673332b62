import { BrowserWindow, nativeTheme } from 'electron';
import { APP_URL } from './app-address';

/** As in the interface's tokens (`--surface-0`): no flash of the other theme before the first paint. */
const BACKGROUND = { light: '#f3f5f6', dark: '#0e1215' } as const;

/** A page that crashes again and again must not take a processor for itself. */
const RELOAD_AFTER_MS = 1000;

/** The one window. Its page has neither Node nor Electron: only what the preload script gives. */
export function openMainWindow(preload: string): BrowserWindow {
  const window = new BrowserWindow({
    title: 'UpTimer',
    width: 1280,
    height: 800,
    minWidth: 720,
    minHeight: 480,
    show: false,
    // Where the menu is part of the window, Alt shows it; its keys work all the same.
    autoHideMenuBar: true,
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
    },
  });
  window.once('ready-to-show', () => window.show());
  // The engine goes on without its page: one that crashed, or that the system ended for its memory, comes back.
  window.webContents.on('render-process-gone', () => {
    setTimeout(() => {
      if (!window.isDestroyed()) window.webContents.reload();
    }, RELOAD_AFTER_MS);
  });
  void window.loadURL(APP_URL);
  return window;
}

/** Brings a window forward when UpTimer is started once more. */
export function bringForward(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
