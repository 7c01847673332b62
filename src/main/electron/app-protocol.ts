import { readFile } from 'node:fs/promises';
import { protocol } from 'electron';
import { SECURITY_HEADERS } from '../bridge/security-headers';
import { APP_SCHEME, appFileOf } from './app-address';

/** To be called before the app is ready. */
export function registerAppScheme(): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true };
  protocol.registerSchemesAsPrivileged([{ scheme: APP_SCHEME, privileges }]);
}

/** Serves the built interface under `app://uptimer/`, with the headers that the loopback address sends. */
export function serveInterface(folder: string): void {
  protocol.handle(APP_SCHEME, async ({ method, url }) => {
    const file = method === 'GET' ? appFileOf(folder, url) : null;
    const content = file === null ? null : await readFile(file.path).catch(() => null);
    if (file === null || content === null)
      return new Response(null, { status: 404, headers: SECURITY_HEADERS });
    return new Response(new Uint8Array(content), {
      headers: { ...SECURITY_HEADERS, 'content-type': file.type },
    });
  });
}
