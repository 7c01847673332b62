import type { Dirent } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { dateOfFolder, partitionOf } from './lake-file';
import type { TableSchema } from './table-schema';

export type Table = TableSchema['table'];
export const TABLES: readonly Table[] = ['lake1_raw', 'lake2_metrics'];

export interface TableFiles {
  /** Files of this partition by our name pattern, as lake paths. */
  ours: string[];
  /** Everything that no UpTimer wrote, as paths relative to the table folder. */
  foreign: string[];
}

/** What stands in a table's folder. Files of other partitions are neither ours nor foreign. */
export async function scanTable(lake: string, table: Table, partition: number): Promise<TableFiles> {
  const found: TableFiles = { ours: [], foreign: [] };
  for (const entry of await listAll(join(lake, table), '')) {
    const parts = entry.split('/');
    const name = parts.at(-1) ?? '';
    const owner = parts.length === 2 && dateOfFolder(parts[0] ?? '') !== null ? partitionOf(name) : null;
    if (owner === null) found.foreign.push(entry);
    else if (owner === partition) found.ours.push(`${table}/${entry}`);
  }
  return found;
}

async function listAll(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch((error): Dirent[] => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  const files: string[] = [];
  for (const entry of entries) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) files.push(...(await listAll(root, path)));
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
