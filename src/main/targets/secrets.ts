import { displayUrlOf } from '../../shared/domain/display-url';
import { parseHttpUrl, type Target } from '../../shared/domain/target';

const REFERENCE = /\$\{env:([A-Za-z_][A-Za-z0-9_]*)\}/g;
/** RFC 9110: what a header's value may hold. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

type Env = Readonly<Record<string, string | undefined>>;

/** Request parts with every secret in its place, or the name of a variable that is not set or does not fit there. */
export type ResolvedRequest =
  | { url: string; headers: Record<string, string>; body: string | null }
  | { missingSecret: string };

/** A target with what only the prober may know; structurally the prober's `ProbeTarget`. */
export interface TargetWithSecrets {
  target: Target;
  displayUrl: string;
  request: ResolvedRequest;
}

/** Thrown inside this file only: a variable without a usable value. */
class Missing {
  constructor(readonly name: string) {}
}

/**
 * Replaces every `${env:NAME}` in URL, header values and body. Line breaks at a value's end are dropped, as most ways to put
 * a file into a variable leave one. Inside userinfo and query a value is percent-encoded: it is the secret itself, and an
 * `@` or `&` in it must not change whom the request goes to.
 */
export function resolveSecrets(target: Pick<Target, 'url' | 'headers' | 'body'>, env: Env): ResolvedRequest {
  try {
    const headers = Object.entries(target.headers).map(([name, value]) => [name, resolveHeader(value, env)]);
    return {
      url: resolveUrl(target.url, env),
      headers: Object.fromEntries(headers),
      body: target.body === null ? null : resolveText(target.body, env),
    };
  } catch (error) {
    if (error instanceof Missing) return { missingSecret: error.name };
    throw error;
  }
}

export function withSecrets(target: Target, env: Env): TargetWithSecrets {
  return { target, displayUrl: displayUrlOf(target), request: resolveSecrets(target, env) };
}

function secretOf(name: string, env: Env): string {
  const value = env[name]?.replace(/[\r\n]+$/, '') ?? '';
  if (value === '') throw new Missing(name);
  return value;
}

function resolveText(text: string, env: Env): string {
  return text.replace(REFERENCE, (_whole, name: string) => secretOf(name, env));
}

function resolveHeader(text: string, env: Env): string {
  const value = resolveText(text, env);
  const first = firstReferenceIn(text);
  if (first !== null && !HEADER_VALUE.test(value)) throw new Missing(first);
  return value;
}

function resolveUrl(text: string, env: Env): string {
  // References as words of the same length: what separates a URL's parts is what stands around them.
  const plain = text.replace(REFERENCE, (whole) => 'x'.repeat(whole.length));
  const authority = /^https?:\/\/[^/?#]*/i.exec(plain)?.[0] ?? '';
  const userinfoEnd = authority.lastIndexOf('@');
  const queryStart = plain.includes('?') ? plain.indexOf('?') : plain.length;
  const url = text.replace(REFERENCE, (_whole, name: string, offset: number) => {
    const value = secretOf(name, env);
    return offset < userinfoEnd || offset > queryStart ? encodeURIComponent(value) : value;
  });
  const first = firstReferenceIn(text);
  if (first !== null && parseHttpUrl(url) === null) throw new Missing(first);
  return url;
}

function firstReferenceIn(text: string): string | null {
  return [...text.matchAll(REFERENCE)][0]?.[1] ?? null;
}
