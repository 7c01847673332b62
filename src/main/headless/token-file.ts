import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../platform/atomic-file';
import type { Random } from '../platform/random';

const TOKEN_DIGITS = 48;
const TOKEN = /^[0-9a-f]{48}$/;

/**
 * The address's token of a data folder: made once and kept there, readable by its owner only, so that a page that was left open goes
 * on after a restart. Deleting the file makes a new one at the next start.
 */
export async function tokenOf(dataDirectory: string, random: Random): Promise<string> {
  const path = join(dataDirectory, 'token');
  const kept = await readFile(path, 'utf8').catch(() => '');
  if (TOKEN.test(kept.trim())) return kept.trim();
  const token = random.hex(TOKEN_DIGITS);
  await writeFileAtomic(path, `${token}\n`, { mode: 0o600 });
  return token;
}
