import { createHash } from 'node:crypto';
import type { Target } from '../../shared/domain/target';

/** A short digest of a text: six hex digits tell a person's targets apart. */
function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 6);
}

/** `example.org/health` → `example-org-health`; at most 40 characters. */
function slugOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/\$\{[^}]*\}/g, '')
    .replace(/[?#].*$/, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
}

/** The same in every run for the same method and URL, so that a `--url` target goes on where it was. */
export function idOfRequest({ method, url }: Pick<Target, 'method' | 'url'>): string {
  const slug = slugOf(url.replace(/\/\/[^/@]*@/, '//'));
  return `${slug === '' ? 'target' : slug}-${shortHash(`${method} ${url}`)}`;
}

/** A readable id that none of `taken` has. */
export function freeId(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted;
  for (let count = 2; ; count += 1) if (!taken.has(`${wanted}-${count}`)) return `${wanted}-${count}`;
}
