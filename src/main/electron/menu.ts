import type { MenuItemConstructorOptions } from 'electron';
import type { Texts } from '../../shared/texts/en';

/** What the items do is Electron's own: only its words would be English everywhere. */
type Role =
  | ('about' | 'hide' | 'hideOthers' | 'unhide' | 'quit' | 'minimize' | 'close')
  | ('undo' | 'redo' | 'cut' | 'copy' | 'paste' | 'selectAll')
  | ('reload' | 'toggleDevTools' | 'resetZoom' | 'zoomIn' | 'zoomOut' | 'togglefullscreen');

/** The menu of the app, in the user's language. Without one macOS has no copy and paste, and no system zooms by its keys. */
export function menuTemplate(
  words: Texts['desktop'],
  platform: NodeJS.Platform,
): MenuItemConstructorOptions[] {
  const group = (...roles: Role[]): MenuItemConstructorOptions[] =>
    roles.map((role) => ({ role, label: words[role] }));
  const line: MenuItemConstructorOptions = { type: 'separator' };
  const isMac = platform === 'darwin';
  const first: MenuItemConstructorOptions = isMac
    ? {
        label: 'UpTimer',
        submenu: [...group('about'), line, ...group('hide', 'hideOthers', 'unhide'), line, ...group('quit')],
      }
    : { label: words.file, submenu: group('quit') };
  return [
    first,
    {
      label: words.edit,
      submenu: [...group('undo', 'redo'), line, ...group('cut', 'copy', 'paste', 'selectAll')],
    },
    {
      label: words.view,
      submenu: [
        ...group('reload', 'toggleDevTools'),
        line,
        ...group('resetZoom', 'zoomIn', 'zoomOut'),
        line,
        ...group('togglefullscreen'),
      ],
    },
    { label: words.window, submenu: group('minimize', 'close') },
  ];
}
