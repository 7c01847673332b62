import { app, session } from 'electron';
import { isOwnPage } from './app-address';

/** What a page may ask of the system: to copy what its buttons copy. */
const ALLOWED = new Set(['clipboard-sanitized-write']);
const REMOTE = ['http://*/*', 'https://*/*', 'ws://*/*', 'wss://*/*', 'file://*/*'];

/** To be called before the first window: no page goes anywhere, opens anything, embeds anything or asks for anything. */
export function denyNavigation(): void {
  app.on('web-contents-created', (_created, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
    contents.on('will-frame-navigate', (event) => {
      if (!isOwnPage(event.url)) event.preventDefault();
    });
    contents.on('will-redirect', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
  });
}

/** To be called when the app is ready: nothing remote is loaded, whatever a page asks for, and no permission is given. */
export function denyRemote(): void {
  const { defaultSession } = session;
  defaultSession.webRequest.onBeforeRequest({ urls: REMOTE }, (_details, decide) => decide({ cancel: true }));
  defaultSession.setPermissionRequestHandler((_contents, permission, decide) =>
    decide(ALLOWED.has(permission)),
  );
  defaultSession.setPermissionCheckHandler((_contents, permission) => ALLOWED.has(permission));
  defaultSession.setDevicePermissionHandler(() => false);
  // Its dictionaries are fetched from elsewhere, past the filter above.
  defaultSession.setSpellCheckerEnabled(false);
}
