import type { Dirent } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from './disk-step';
import { dateOfFolder, partitionOf } from './lake-file';
import type { TableSchema } from './table-schema';

export type Table = TableSchema['table'];
export const TABLES: readonly Table[] = ['lake1_raw', 'lake2_metrics'];

/** Files of one partition by our name pattern, as lake paths. */
export async function scanTable(lake: string, table: Table, partition: number): Promise<string[]> {
  const files = await listFiles(join(lake, table));
  return files.filter((entry) => ownerOf(entry) === partition).map((entry) => `${table}/${entry}`);
}

/** Everything in a table's folder that no UpTimer wrote, as paths relative to it. */
export async function scanForeign(lake: string, table: Table): Promise<string[]> {
  return (await listFiles(join(lake, table))).filter((entry) => ownerOf(entry) === null);
}

/** The partition whose file this is, or null. @param entry relative to the table's folder */
function ownerOf(entry: string): number | null {
  const [folder = '', name = '', ...deeper] = entry.split('/');
  return deeper.length === 0 && dateOfFolder(folder) !== null ? partitionOf(name) : null;
}

/** The paths of all files below a folder, relative to it, with slashes. A folder that is not there holds none. */
export async function listFiles(root: string, folder = ''): Promise<string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch((error): Dirent[] => {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  });
  const files: string[] = [];
  for (const entry of entries) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) files.push(...(await listFiles(root, path)));
    else files.push(path);
  }
  return files;
}

/**
 * Whether a file ends as a whole Parquet file does: a footer length that fits and the magic bytes. Torn, truncated and
 * zeroed files do not.
 * @param path absolute
 */
export async function endsLikeParquet(path: string): Promise<boolean> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    if (size < 12) return false;
    const end = Buffer.alloc(8);
    await handle.read(end, 0, 8, size - 8);
    return end.toString('latin1', 4) === 'PAR1' && end.readUInt32LE(0) + 12 <= size;
  } finally {
    await handle.close();
  }
}
