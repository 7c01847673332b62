import { parseHttpUrl } from '../../../shared/domain/target';

const PRIVATE = [
  /^localhost$/,
  /\.(localhost|local|internal|lan|home|test)$/,
  /^127\./,
  /^10\./,
  /^192\.168\./,
  /^172\.(1[6-9]|2\d|3[01])\./,
  /^169\.254\./,
  /^\[(::1|f[cde][0-9a-f]{2}:.*)\]$/,
];

/** Below this one probes somebody else's server harder than most would welcome, ms. */
export const POLITE_INTERVAL_MS = 5000;

/** Whether the URL looks like a host on the open internet. A bare name is taken for the own network. */
export function isPublic(url: string): boolean {
  const host = parseHttpUrl(url.trim())?.hostname.toLowerCase();
  if (host === undefined || (!host.includes('.') && !host.startsWith('['))) return false;
  return !PRIVATE.some((pattern) => pattern.test(host));
}
