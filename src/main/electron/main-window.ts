import { BrowserWindow, nativeTheme } from 'electron';
import { APP_URL } from './app-address';

/** As in the interface's tokens (`--surface-0`): no flash of the other theme before the first paint. */
const BACKGROUND = { light: '#f3f5f6', dark: '#0e1215' } as const;

/** The one window. Its page has neither Node nor Electron: only what the preload script gives. */
export function openMainWindow(preload: string): BrowserWindow {
  const window = new BrowserWindow({
    title: 'UpTimer',
    width: 1280,
    height: 800,
    minWidth: 720,
    minHeight: 480,
    show: false,
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
  void window.loadURL(APP_URL);
  return window;
}

/** Brings a window forward when UpTimer is started once more. */
export function bringForward(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
