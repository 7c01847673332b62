import { promisify } from 'node:util';
import { gunzipSync, gzip } from 'node:zlib';
import kafkajs from 'kafkajs';

// Of a CommonJS module, what its exports are named otherwise inside is no named export.
const { CompressionCodecs, CompressionTypes } = kafkajs;

const pack = promisify(gzip);
/** What is unpacked at once: most batches are smaller, and zlib's own 16 KiB leave dozens of pieces to be joined. */
const CHUNK_BYTES = 262_144;

/** `code` of the error that a batch meets which is packed in a way that is not read here. */
export const UNREAD_COMPRESSION = 'UPTIMER_UNREAD_COMPRESSION';

/**
 * Sets how kafkajs packs and unpacks batches, for the whole process.
 *
 * Gzip is unpacked in the turn in which it arrives. kafkajs takes the batches of a fetch one after another; with its own codec
 * each costs a turn of the thread pool and one of the event loop, and the readers of a full topic waited for those longer than
 * unpacking takes. The others it does not bring: topics that are made here have the broker pack everything as gzip.
 */
export function setCodecs(): void {
  CompressionCodecs[CompressionTypes.GZIP] = () => ({
    compress: (encoder: { buffer: Buffer }) => pack(encoder.buffer),
    decompress: async (packed: Buffer) => gunzipSync(packed, { chunkSize: CHUNK_BYTES }),
  });
  for (const type of [CompressionTypes.Snappy, CompressionTypes.LZ4, CompressionTypes.ZSTD] as const) {
    CompressionCodecs[type] = () => {
      throw Object.assign(new Error(`a batch is packed with codec ${type}`), { code: UNREAD_COMPRESSION });
    };
  }
}
