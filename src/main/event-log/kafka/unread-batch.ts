/**
 * A batch that cannot be unpacked, as the records that are set aside in its place.
 *
 * Layout (Kafka's record batch, version 2; big endian): base offset 8 bytes, length 4, leader epoch 4, magic 1, checksum 4,
 * attributes 2, last offset delta 4, two timestamps of 8, producer 8 + 2 + 4, number of records 4; then the records.
 */
const HEADER_BYTES = 61;
const MAGIC_AT = 16;
const LAST_DELTA_AT = 23;
const COUNT_AT = 57;
const MAGIC = 2;

const MARK = '\0uptimer: not unpacked: ';

/** Why the batch of a record could not be unpacked; null for every other record. */
export function unreadBecause(value: Buffer): string | null {
  if (value[0] !== 0) return null;
  const text = value.toString('utf8');
  return text.startsWith(MARK) ? text.slice(MARK.length) : null;
}

/**
 * In place of what `packed` holds: as many records as its batch says, each saying why it is not there. kafkajs hands a codec the
 * packed bytes where they lie in the response, behind the header of their batch.
 * @returns null when no such header stands before them
 */
export function standInFor(packed: Buffer, why: string): Buffer | null {
  if (packed.byteOffset < HEADER_BYTES) return null;
  const header = Buffer.from(packed.buffer, packed.byteOffset - HEADER_BYTES, HEADER_BYTES);
  const count = header.readInt32BE(COUNT_AT);
  const lastDelta = header.readInt32BE(LAST_DELTA_AT);
  if (header.readInt8(MAGIC_AT) !== MAGIC || count < 1 || count > lastDelta + 1) return null;
  const value = Buffer.from(MARK + why);
  const records: Buffer[] = [];
  for (let index = 0; index < count; index += 1) {
    // Of a compacted batch nobody knows which offsets are left; the last one is, and where to go on follows from it.
    const delta = index === count - 1 ? lastDelta : index;
    const body = Buffer.concat([
      // Attributes, and no time after the batch's first.
      Buffer.of(0, 0),
      varint(delta),
      // No key.
      varint(-1),
      varint(value.length),
      value,
      // No headers.
      varint(0),
    ]);
    records.push(varint(body.length), body);
  }
  return Buffer.concat(records);
}

/** Zigzag, seven bits a byte, the lowest first. */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = ((value << 1) ^ (value >> 31)) >>> 0;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  bytes.push(rest);
  return Buffer.from(bytes);
}
