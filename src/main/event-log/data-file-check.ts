import { type FileHandle, open } from 'node:fs/promises';
import { endianness } from 'node:os';

/** Where the fields of LMDB's meta pages stand (64-bit data format 2, native byte order). */
const META_BYTES = 168;
const AT = { pageFlags: 18, magic: 24, version: 28, pageSize: 48, lastPage: 144, transaction: 152 };
const META_PAGE = 0x08;
const MAGIC = 0xbeefc0de;
const VERSION = 2;

export type DataFileState = 'absent' | 'sound' | 'too_new' | { damaged: string };

interface Meta {
  flags: number;
  magic: number;
  version: number;
  pageSize: number;
  lastPage: number;
  transaction: bigint;
}

/**
 * Looks at a data file before LMDB does, for LMDB 3.5.6 ends the process on a file that is not its own (segmentation
 * fault) and on one that was cut off (bus error). Our files are always as long as what they use, see file-room.ts.
 */
export async function checkDataFile(path: string): Promise<DataFileState> {
  let handle: FileHandle;
  try {
    handle = await open(path, 'r+');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'absent';
    throw error;
  }
  try {
    const { size } = await handle.stat();
    // Nothing was ever stored: a crash between creating and filling the file.
    if (size === 0) return 'absent';
    const first = await readMeta(handle, 0);
    if (first === null || !isMeta(first)) return { damaged: 'its first page is not a log’s' };
    if (first.version > VERSION) return 'too_new';
    const second = await readMeta(handle, first.pageSize);
    if (second === null || !isMeta(second)) return { damaged: 'its second page is not a log’s' };
    const newest = second.transaction > first.transaction ? second : first;
    if (size < (newest.lastPage + 1) * newest.pageSize) return { damaged: 'its end is missing' };
    return 'sound';
  } finally {
    await handle.close();
  }
}

function isMeta(meta: Meta): boolean {
  const { pageSize } = meta;
  const wholePages = pageSize >= 256 && pageSize <= 65_536 && (pageSize & (pageSize - 1)) === 0;
  return (
    (meta.flags & META_PAGE) !== 0 &&
    meta.magic === MAGIC &&
    meta.version >= VERSION &&
    wholePages &&
    Number.isSafeInteger((meta.lastPage + 1) * pageSize)
  );
}

async function readMeta(handle: FileHandle, offset: number): Promise<Meta | null> {
  const bytes = new Uint8Array(META_BYTES);
  const { bytesRead } = await handle.read(bytes, 0, META_BYTES, offset);
  if (bytesRead < META_BYTES) return null;
  const view = new DataView(bytes.buffer);
  const little = endianness() === 'LE';
  return {
    flags: view.getUint16(AT.pageFlags, little),
    magic: view.getUint32(AT.magic, little),
    version: view.getUint32(AT.version, little) & 0xffff,
    pageSize: view.getUint32(AT.pageSize, little),
    lastPage: Number(view.getBigUint64(AT.lastPage, little)),
    transaction: view.getBigUint64(AT.transaction, little),
  };
}
