import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { keepBrokenCopy } from './broken-copy';
import { brokenCopies, testFolder } from './targets-test-kit';

it('of a file that is broken again and again the newest twenty are kept, and none twice', async () => {
  const folder = await testFolder();
  const path = join(folder, 'targets.json');
  let nowUs = Date.UTC(2026, 0, 2) * 1000;
  const clock = { nowUs: () => nowUs, monotonicMs: () => 0 };
  for (let round = 0; round < 30; round += 1) {
    await writeFile(path, `broken ${round}`);
    const name = await keepBrokenCopy(path, `broken ${round}`, clock);
    nowUs += 1_000_000;
    expect(await keepBrokenCopy(path, `broken ${round}`, clock)).toBe(name);
  }
  const kept = (await brokenCopies(folder)).sort();
  expect(kept).toHaveLength(20);
  expect(await readFile(join(folder, kept[0] ?? ''), 'utf8')).toBe('broken 10');
  expect(await readFile(join(folder, kept.at(-1) ?? ''), 'utf8')).toBe('broken 29');
});
