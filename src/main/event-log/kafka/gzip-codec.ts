import { promisify } from 'node:util';
import { gunzipSync, gzip } from 'node:zlib';
import kafkajs from 'kafkajs';

// Of a CommonJS module, what its exports are named otherwise inside is no named export.
const { CompressionCodecs, CompressionTypes } = kafkajs;

const pack = promisify(gzip);
/** What is unpacked at once: most batches are smaller, and zlib's own 16 KiB leave dozens of pieces to be joined. */
const CHUNK_BYTES = 262_144;

/**
 * Has kafkajs unpack batches in the turn in which they arrive. It takes the batches of a fetch one after another; with its own
 * codec each costs a turn of the thread pool and one of the event loop, and the readers of a full topic waited for those longer
 * than unpacking takes.
 */
export function unpackAtOnce(): void {
  CompressionCodecs[CompressionTypes.GZIP] = () => ({
    compress: (encoder: { buffer: Buffer }) => pack(encoder.buffer),
    decompress: async (packed: Buffer) => gunzipSync(packed, { chunkSize: CHUNK_BYTES }),
  });
}
