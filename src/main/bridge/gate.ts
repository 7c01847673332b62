import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/**
 * `allowed`: go on. `sign_in`: the address as it was printed was opened, the token is right and goes into a cookie.
 * `forbidden`: 403, whatever it was and whatever is wrong with it.
 */
export type Verdict = 'allowed' | 'sign_in' | 'forbidden';

/** The one path that needs no token: it tells nothing but whether the engine is well. */
export const HEALTH_PATH = '/healthz';

/** Browsers send cookies to every port of a host: two instances must not overwrite each other's. */
export function cookieNameOf(port: number): string {
  return `uptimer-${port}`;
}

/**
 * Who may talk to the loopback address. Every program of this machine can reach it, and so can every web page through
 * the browser; hence: the Host must be ours (a name rebound to 127.0.0.1 carries its own), the Origin, where there is
 * one, must be that host, and the token must be right.
 * @param port the port really listened on
 */
export function createGate(
  token: string,
  port: number,
): (request: Pick<IncomingMessage, 'method' | 'url' | 'headers' | 'headersDistinct'>) => Verdict {
  const digest = digestOf(token);
  const isToken = (candidate: string): boolean => timingSafeEqual(digestOf(candidate), digest);
  const names = ['127.0.0.1', 'localhost', '[::1]'];
  // Browsers leave the default port out.
  const hosts = new Set(names.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`])));
  const cookieName = cookieNameOf(port);

  const carriesToken = (headers: IncomingMessage['headers']): boolean => {
    if (headers.authorization !== undefined) {
      const bearer = /^Bearer ([^\s]+)$/i.exec(headers.authorization);
      return isToken(bearer?.[1] ?? '');
    }
    return isToken(cookieOf(headers.cookie, cookieName) ?? '') && !isForeignFetch(headers);
  };

  return ({ method, url = '', headers, headersDistinct }) => {
    const host = headersDistinct.host?.length === 1 ? headersDistinct.host[0]?.toLowerCase() : undefined;
    if (host === undefined || !hosts.has(host)) return 'forbidden';
    if (headers.origin !== undefined && headers.origin.toLowerCase() !== `http://${host}`) return 'forbidden';
    // A proxy's absolute form, or OPTIONS *: nobody whom we serve asks so.
    if (!url.startsWith('/')) return 'forbidden';
    const [path = '', query = ''] = splitOnce(url, '?');
    if (path === HEALTH_PATH && (method === 'GET' || method === 'HEAD')) return 'allowed';
    const given = path === '/' ? new URLSearchParams(query).get('token') : null;
    if (given !== null) return method === 'GET' && isToken(given) ? 'sign_in' : 'forbidden';
    return carriesToken(headers) ? 'allowed' : 'forbidden';
  };
}

/** Equal lengths, whatever was sent: comparing digests tells neither the length of the token nor how much matched. */
function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/**
 * A page of another port of this host counts as the same site, so the browser adds our cookie to what it fetches, and
 * no Origin to a plain GET. Links to here are fine: whoever follows one sees the answer, the page with the link not.
 */
function isForeignFetch(headers: IncomingMessage['headers']): boolean {
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return false;
  return headers['sec-fetch-mode'] !== 'navigate';
}

function cookieOf(header: string | undefined, name: string): string | null {
  for (const pair of (header ?? '').split(';')) {
    const [key, value] = splitOnce(pair.trim(), '=');
    if (key === name) return value ?? null;
  }
  return null;
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
