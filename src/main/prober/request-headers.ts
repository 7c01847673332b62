import { isSecretName } from '../../shared/domain/display-url';
import type { ProbeRequest } from './probe-fn';

/** Ours alone: the user's would break the framing of the message. */
const FRAMING = ['content-length', 'transfer-encoding', 'trailer', 'te', 'keep-alive'];
const CREDENTIALS = ['authorization', 'cookie', 'proxy-authorization'];
const HAS_REFERENCE = /\$\{env:/;

/** The user's headers over ours, by lower-case name. `connection` stays where it asks for a switch of protocols. */
export function requestHeaders(probe: ProbeRequest, url: URL, userAgent: string): Record<string, string> {
  const headers: Record<string, string> = { host: url.host, 'user-agent': userAgent, accept: '*/*' };
  if (url.username !== '' || url.password !== '') {
    const userinfo = `${decoded(url.username)}:${decoded(url.password)}`;
    headers.authorization = `Basic ${Buffer.from(userinfo).toString('base64')}`;
  }
  for (const [name, value] of Object.entries(probe.headers)) headers[name.toLowerCase()] = value;
  for (const name of FRAMING) delete headers[name];
  if (!/upgrade/i.test(headers.connection ?? '')) headers.connection = 'close';
  if (probe.body !== null) headers['content-length'] = String(Buffer.byteLength(probe.body));
  return headers;
}

/** Names of headers that are never sent to another origin than the target's: what holds a secret or looks like one. */
export function credentialNames({ target }: ProbeRequest): ReadonlySet<string> {
  const own = Object.entries(target.headers)
    .filter(([name, value]) => HAS_REFERENCE.test(value) || isSecretName(name))
    .map(([name]) => name.toLowerCase());
  return new Set([...CREDENTIALS, ...own]);
}

/** Whether the body holds a secret: it is not sent to another origin either. */
export function hasSecretBody({ target }: ProbeRequest): boolean {
  return target.body !== null && HAS_REFERENCE.test(target.body);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
