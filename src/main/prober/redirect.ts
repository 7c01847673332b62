/** A request on its way through redirects. */
export interface Hop {
  url: URL;
  method: string;
  /** By lower-case name. */
  headers: Record<string, string>;
  body: string | null;
}

/** What belongs to the target's own origin and to no other (invariant I8). */
export interface Confined {
  headerNames: ReadonlySet<string>;
  body: boolean;
}

/** Why a redirect cannot be followed, in our own words. */
export type DeadEnd = string;

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * The request a redirect asks for, as browsers follow it (Fetch standard, "HTTP-redirect fetch"): 303, and 301 or 302
 * after POST, become a GET without body; credentials stay behind when the origin changes. Null when the answer is no
 * redirect.
 */
export function nextHop(
  hop: Hop,
  status: number,
  location: string | null,
  confined: Confined,
): Hop | DeadEnd | null {
  if (!REDIRECTS.has(status) || location === null) return null;
  let url: URL;
  try {
    url = new URL(location, hop.url);
  } catch {
    return 'the redirect leads to no valid URL';
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return 'the redirect leads to no http or https URL';
  }
  const headers: Hop['headers'] = { ...hop.headers, host: url.host };
  const becomesGet =
    (status === 303 && hop.method !== 'HEAD') ||
    ((status === 301 || status === 302) && hop.method === 'POST');
  if (becomesGet) {
    for (const name of Object.keys(headers)) if (name.startsWith('content-')) delete headers[name];
  }
  const body = becomesGet ? null : hop.body;
  if (url.origin !== hop.url.origin) {
    for (const name of confined.headerNames) delete headers[name];
    if (body !== null && confined.body) return 'the redirect asks to send a secret to another origin';
  }
  return { url, method: becomesGet ? 'GET' : hop.method, headers, body };
}
