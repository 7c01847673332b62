import { extname, join, normalize, sep } from 'node:path';

/** The page of the desktop window has an origin of its own: `file:` would share one with every other file. */
export const APP_SCHEME = 'app';
const APP_HOST = 'uptimer';
export const APP_URL = `${APP_SCHEME}://${APP_HOST}/`;

/** Whether a URL is one of our own pages. Compared by parts: a scheme that is not special has no usable `origin`. */
export function isOwnPage(url: string): boolean {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  return parsed?.protocol === `${APP_SCHEME}:` && parsed.host === APP_HOST;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

export interface AppFile {
  path: string;
  type: string;
}

/**
 * The file of the built interface behind an address; its first page for an address that a page may have (no extension).
 * @param folder absolute
 * @returns null for what is not ours: another host, a way out of the folder, a kind of file that the interface has not
 */
export function appFileOf(folder: string, url: string): AppFile | null {
  if (!isOwnPage(url)) return null;
  let name: string;
  try {
    name = decodeURIComponent(new URL(url).pathname);
  } catch {
    return null;
  }
  const extension = extname(name);
  const path = normalize(join(folder, extension === '' ? 'index.html' : name));
  const type = TYPES[extension === '' ? '.html' : extension];
  if (type === undefined || name.includes('\0') || !path.startsWith(folder + sep)) return null;
  return { path, type };
}
