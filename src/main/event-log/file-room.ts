import { open, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { noSpace, toLogError } from './log-error';

const STEP_BYTES = 1_048_576;
const ZEROS = Buffer.alloc(65_536);
/** btrfs, ZFS and bcachefs write a block anew instead of in place: room in a file is no promise there. */
const COPY_ON_WRITE_TYPES = new Set([0x9123683e, 0x2fc12fc1, 0xca451a4e]);
const COPY_ON_WRITE_RESERVE_BYTES = 4 * STEP_BYTES;

/**
 * Keeps the data file ahead of the database. LMDB 3.5.6 must never meet a full disk itself: a refused page write makes
 * it format a message into a buffer that is too small, which can end the process. So the file is lengthened here, by
 * really writing, before a transaction may need the pages; a full disk shows here as a clean refusal.
 */
export interface FileRoom {
  /**
   * Makes sure that the first `bytes` of the file are backed by the disk.
   * @param usedBytes what the database uses of it now; everything behind belongs to nobody
   * @throws AppError `no_space`; the file is then as long as before
   */
  ensure(bytes: number, usedBytes: number): Promise<void>;
}

export function createFileRoom(path: string): FileRoom {
  const directory = dirname(path);
  let backedBytes = 0;
  let copyOnWrite: boolean | null = null;

  const refuseWithoutReserve = async (): Promise<void> => {
    if (copyOnWrite === false) return;
    const disk = await statfs(directory);
    copyOnWrite = COPY_ON_WRITE_TYPES.has(disk.type);
    if (copyOnWrite && disk.bavail * disk.bsize < COPY_ON_WRITE_RESERVE_BYTES) throw noSpace(directory);
  };

  const lengthen = async (from: number, to: number): Promise<void> => {
    const handle = await open(path, 'r+');
    try {
      const { size: before } = await handle.stat();
      try {
        for (let at = from; at < to; ) {
          const { bytesWritten } = await handle.write(ZEROS, 0, Math.min(ZEROS.length, to - at), at);
          at += bytesWritten;
        }
        await handle.datasync();
      } catch (error) {
        await handle.truncate(Math.max(before, from));
        throw error;
      }
    } finally {
      await handle.close();
    }
  };

  return {
    async ensure(bytes, usedBytes) {
      await refuseWithoutReserve();
      if (bytes <= backedBytes) return;
      // What an earlier run left behind the used part may be holes, if the folder was copied: it is written again.
      const from = Math.max(backedBytes, usedBytes);
      const generous = Math.ceil(bytes / STEP_BYTES) * STEP_BYTES;
      try {
        await lengthen(from, generous);
        backedBytes = generous;
      } catch {
        try {
          await lengthen(from, bytes);
        } catch (error) {
          throw toLogError(error, directory);
        }
        backedBytes = bytes;
      }
    },
  };
}
