import { createHash } from 'node:crypto';
import { displayUrlOf } from '../../shared/domain/display-url';
import { parseHttpUrl, type Target } from '../../shared/domain/target';

/**
 * What is asked of whom, as a text to compare: `http://host` and `http://host/` are the same request.
 * Holds the URL as configured: not for the eyes of others.
 */
export function requestOf({ method, url }: Pick<Target, 'method' | 'url'>): string {
  const same = url.includes('${') ? url : (parseHttpUrl(url)?.href ?? url);
  return `${method} ${same}`;
}

/**
 * A readable id that is the same in every run for the same method and URL, so that a `--url` target goes on where it was.
 * Made of the display URL: an id stands in the lake, and not even a hash of a secret belongs there.
 */
export function idOfRequest({ method, url }: Pick<Target, 'method' | 'url'>): string {
  const shown = displayUrlOf({ url, maskedQueryNames: [] });
  const slug = shown
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/\?.*$/, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '');
  const hash = createHash('sha256').update(`${method} ${shown}`).digest('hex').slice(0, 6);
  return `${slug === '' ? 'target' : slug}-${hash}`;
}

/** `wanted`, or the first of `wanted-2`, `wanted-3` … that none of `taken` has. */
export function freeId(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted;
  for (let count = 2; ; count += 1) if (!taken.has(`${wanted}-${count}`)) return `${wanted}-${count}`;
}
