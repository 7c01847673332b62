import { mkdir, readdir, rename, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { toDiskError } from './disk-error';
import { hasCode } from './disk-step';
import type { ForeignFiles } from './lake';
import { scanForeign, TABLES } from './scan-folders';
import type { SharedLake } from './shared-lake';

export function createForeignFiles(shared: SharedLake): ForeignFiles {
  const { directory } = shared;
  const list = async (): Promise<{ table: string; path: string }[]> => {
    const found: { table: string; path: string }[] = [];
    for (const table of TABLES) {
      found.push(...(await scanForeign(directory, table)).map((path) => ({ table, path })));
    }
    shared.foreignFiles = found.length;
    return found;
  };
  return {
    get count() {
      return shared.foreignFiles;
    },
    look: async () => (await list()).length,
    async move() {
      let moved = 0;
      for (const { table, path } of await list()) {
        const from = join(directory, table, path);
        const to = await freeName(join(directory, 'legacy', table, path));
        try {
          await mkdir(dirname(to), { recursive: true });
          await rename(from, to);
          moved += 1;
        } catch (error) {
          // Another process on the same lake may have moved it.
          if (!hasCode(error, 'ENOENT')) throw await toDiskError(error, to);
        }
      }
      for (const table of TABLES) await removeEmptyFolders(join(directory, table));
      await list();
      return moved;
    },
  };
}

/** A path that nothing stands at: a second file of the same name gets a number. */
async function freeName(path: string): Promise<string> {
  const taken = new Set(await readdir(dirname(path)).catch(() => []));
  const name = path.slice(dirname(path).length + 1);
  let candidate = name;
  for (let number = 2; taken.has(candidate); number++) candidate = `${number}-${name}`;
  return join(dirname(path), candidate);
}

/** Removes folders inside `root` that hold nothing; a folder that got a file meanwhile stays. */
export async function removeEmptyFolders(root: string): Promise<void> {
  for (const entry of await readdir(root, { withFileTypes: true }).catch(() => [])) {
    if (!entry.isDirectory()) continue;
    const folder = join(root, entry.name);
    await removeEmptyFolders(folder);
    await rmdir(folder).catch(() => undefined);
  }
}
