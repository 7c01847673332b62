import { join } from 'node:path';
import { app, type BrowserWindow, dialog } from 'electron';
import type { Handlers } from '../../shared/contract/commands';

/** The system's save dialog over the window; `path` is null when it was dismissed. */
export function createSaveDialog(window: () => BrowserWindow | null): Handlers['export.choosePath'] {
  return async ({ suggestedName }) => {
    const options = { defaultPath: join(app.getPath('downloads'), suggestedName) };
    const parent = window();
    const { canceled, filePath } =
      parent === null ? await dialog.showSaveDialog(options) : await dialog.showSaveDialog(parent, options);
    return { path: canceled || filePath === '' ? null : filePath };
  };
}
