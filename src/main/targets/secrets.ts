import { displayUrlOf } from '../../shared/domain/display-url';
import type { Target } from '../../shared/domain/target';

const REFERENCE = /\$\{env:([A-Za-z_][A-Za-z0-9_]*)\}/g;

export type ResolvedRequest =
  | { url: string; headers: Record<string, string>; body: string | null }
  | { missingSecret: string };

/** A target with what only the prober may know. Structurally the prober's `ProbeTarget`. */
export interface TargetWithSecrets {
  target: Target;
  displayUrl: string;
  request: ResolvedRequest;
}

/** Every `${env:NAME}` of URL, headers and body replaced by that variable, or the name of the first one that is not set. */
export function resolveSecrets(
  target: Pick<Target, 'url' | 'headers' | 'body'>,
  env: NodeJS.ProcessEnv,
): ResolvedRequest {
  let missing: string | null = null;
  const resolve = (text: string): string =>
    text.replace(REFERENCE, (_whole, name: string) => {
      const value = env[name];
      if (value === undefined || value === '') missing ??= name;
      return value ?? '';
    });
  const request = {
    url: resolve(target.url),
    headers: Object.fromEntries(
      Object.entries(target.headers).map(([name, value]) => [name, resolve(value)]),
    ),
    body: target.body === null ? null : resolve(target.body),
  };
  if (missing === null && !isUrl(request.url)) missing = REFERENCE.exec(target.url)?.[1] ?? null;
  return missing === null ? request : { missingSecret: missing };
}

export function withSecrets(target: Target, env: NodeJS.ProcessEnv): TargetWithSecrets {
  return { target, displayUrl: displayUrlOf(target), request: resolveSecrets(target, env) };
}

function isUrl(text: string): boolean {
  try {
    return new URL(text).hostname !== '';
  } catch {
    return false;
  }
}
