import { mkdir, readdir, rename, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { toDiskError } from './disk-error';
import type { LakeState } from './lake-state';
import { scanTable, TABLES } from './scan-folders';

/** Files in the table folders that are not ours, such as the old system's: never read, never deleted. */
export interface ForeignFiles {
  /** How many there were at the last look (`open`, `look` or `move`). */
  readonly count: number;
  look(): Promise<number>;
  /** Moves them to `legacy/<table>/…` in the lake folder, their relative paths kept; returns how many. */
  move(): Promise<number>;
}

export function createForeignFiles(state: LakeState): ForeignFiles {
  const list = async (): Promise<{ table: string; path: string }[]> => {
    const found: { table: string; path: string }[] = [];
    for (const table of TABLES) {
      const { foreign } = await scanTable(state.directory, table, state.disk.partition);
      found.push(...foreign.map((path) => ({ table, path })));
    }
    state.foreignFiles = found.length;
    return found;
  };
  return {
    get count() {
      return state.foreignFiles;
    },
    look: async () => (await list()).length,
    async move() {
      const files = await list();
      for (const { table, path } of files) {
        const from = join(state.directory, table, path);
        const to = await freeName(join(state.directory, 'legacy', table, path));
        try {
          await mkdir(dirname(to), { recursive: true });
          await rename(from, to);
        } catch (error) {
          throw await toDiskError(error, to);
        }
      }
      for (const table of TABLES) await removeEmptyFolders(join(state.directory, table));
      await list();
      return files.length;
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
