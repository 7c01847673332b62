import { readdir, readFile, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { writeFileAtomic } from '../platform/atomic-file';
import type { Clock } from '../platform/clock';
import { modeOf } from './file-stamp';

/** Somebody who saves while typing makes one after another. */
const MAX_COPIES = 20;

/**
 * Keeps the text of a broken file beside it, as `NAME.broken-TIME.json`. A file that stays broken over several starts is kept
 * once, and no more than the newest twenty are kept. @returns the copy's name
 */
export async function keepBrokenCopy(path: string, text: string, clock: Clock): Promise<string> {
  const folder = dirname(path);
  const start = basename(path).replace(/(\.json)?$/, '.broken-');
  const copies = (await readdir(folder)).filter((name) => name.startsWith(start));
  for (const name of copies.sort().reverse()) {
    if ((await readFile(join(folder, name), 'utf8').catch(() => null)) === text) return name;
  }
  const name = `${start}${fileTime(clock.nowUs())}.json`;
  await writeFileAtomic(join(folder, name), text, { mode: await modeOf(path) });
  // The names sort by time.
  for (const old of copies.slice(MAX_COPIES - 1)) await rm(join(folder, old), { force: true });
  return name;
}

/** `2026-01-02T13-04-05.678Z`: an instant in UTC that every filesystem takes as part of a name. */
function fileTime(us: number): string {
  const time = new Intl.DateTimeFormat('sv-SE', { timeZone: 'UTC', dateStyle: 'short', timeStyle: 'medium' });
  const ms = Math.floor(us / 1000);
  return `${time.format(ms).replace(' ', 'T').replaceAll(':', '-')}.${String(ms % 1000).padStart(3, '0')}Z`;
}
