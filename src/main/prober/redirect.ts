/** A request on its way through redirects. */
export interface Hop {
  url: URL;
  method: string;
  headers: Record<string, string>;
  body: string | null;
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** Never sent to another origin than the one they were meant for. */
const CREDENTIALS = ['authorization', 'cookie', 'proxy-authorization'];

/**
 * The request a redirect asks for, as browsers follow it (Fetch standard, "HTTP-redirect fetch"): 303, and 301 or 302
 * after POST, become a GET without body. Null when the answer is no redirect, 'bad' when it leads nowhere we can go.
 */
export function nextHop(hop: Hop, status: number, location: string | null): Hop | 'bad' | null {
  if (!REDIRECTS.has(status) || location === null) return null;
  let url: URL;
  try {
    url = new URL(location, hop.url);
  } catch {
    return 'bad';
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'bad';
  const headers = { ...hop.headers };
  delete headers.host;
  if (url.origin !== hop.url.origin) for (const name of CREDENTIALS) delete headers[name];
  const becomesGet =
    (status === 303 && hop.method !== 'HEAD') ||
    ((status === 301 || status === 302) && hop.method === 'POST');
  if (!becomesGet) return { url, method: hop.method, headers, body: hop.body };
  delete headers['content-length'];
  delete headers['content-type'];
  return { url, method: 'GET', headers, body: null };
}
