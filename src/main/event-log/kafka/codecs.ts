import { promisify } from 'node:util';
import { gunzipSync, gzip } from 'node:zlib';
import kafkajs from 'kafkajs';
import { standInFor } from './unread-batch';

// Of a CommonJS module, what its exports are named otherwise inside is no named export.
const { CompressionCodecs, CompressionTypes } = kafkajs;

const pack = promisify(gzip);
/** What is unpacked at once: most batches are smaller, and zlib's own 16 KiB leave dozens of pieces to be joined. */
const CHUNK_BYTES = 262_144;
/** A batch of a prober has two megabytes at most; a packed megabyte can hold a thousand times as much. */
const MOST_BYTES = 67_108_864;

const UNREAD = {
  [CompressionTypes.Snappy]: 'snappy',
  [CompressionTypes.LZ4]: 'lz4',
  [CompressionTypes.ZSTD]: 'zstd',
} as const;

/**
 * Sets how kafkajs packs and unpacks batches, for the whole process.
 *
 * Gzip is unpacked in the turn in which it arrives. kafkajs takes the batches of a fetch one after another; with its own codec
 * each costs a turn of the thread pool and one of the event loop, and the readers of a full topic waited for those longer than
 * unpacking takes.
 *
 * A batch that cannot be unpacked becomes records that are set aside: an error would fail the whole fetch, that of other
 * partitions with it, and again each time.
 */
export function setCodecs(): void {
  CompressionCodecs[CompressionTypes.GZIP] = () => ({
    compress: (encoder: { buffer: Buffer }) => pack(encoder.buffer),
    decompress: async (packed: Buffer) => unpack(packed),
  });
  for (const type of [CompressionTypes.Snappy, CompressionTypes.LZ4, CompressionTypes.ZSTD] as const) {
    const why = `its batch is packed with ${UNREAD[type]}, which is not read here: set compression.type=gzip on the topic`;
    CompressionCodecs[type] = () => ({
      decompress: async (packed: Buffer) => standIn(packed, why, new Error(why)),
    });
  }
}

function unpack(packed: Buffer): Buffer {
  try {
    return gunzipSync(packed, { chunkSize: CHUNK_BYTES, maxOutputLength: MOST_BYTES });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === 'ERR_BUFFER_TOO_LARGE'
        ? `its batch of ${packed.length} bytes unpacks to more than ${MOST_BYTES}`
        : `its batch is no whole gzip (${code})`;
    return standIn(packed, why, error);
  }
}

function standIn(packed: Buffer, why: string, error: unknown): Buffer {
  const records = standInFor(packed, why);
  if (records === null) throw error;
  return records;
}
