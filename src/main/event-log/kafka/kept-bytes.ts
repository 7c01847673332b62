/** Longer texts are rare, and a table full of them would be felt. */
const LONGEST = 512;

interface Kept<T> {
  bytes: Uint8Array;
  made: T;
}

/**
 * What is made of the ASCII text at `from` to `to` of `bytes`, remembered by its bytes: a text that was seen before becomes
 * no new string. `hash` is {@link hashStep} over all bytes of the text.
 */
export type KeptBytes<T> = (bytes: Uint8Array, from: number, to: number, hash: number) => T;

/** Before the first byte of a text. */
export const HASH_START = 0;
/** As `String.hashCode` in Java: one multiplication a byte. */
export const hashStep = (hash: number, byte: number): number => (Math.imul(hash, 31) + byte) | 0;

/** @param places a power of two: one text is kept at each, the one that came last of those that belong there */
export function createKeptBytes<T>(places: number, make: (text: string) => T): KeptBytes<T> {
  const table = new Array<Kept<T> | undefined>(places).fill(undefined);
  const mask = places - 1;
  return (bytes, from, to, hash) => {
    const place = (hash ^ (hash >>> 15)) & mask;
    const known = table[place];
    if (known !== undefined && isSame(known.bytes, bytes, from, to)) return known.made;
    // A copy: the buffer that holds the record is given up when it is read.
    const own = Uint8Array.from(bytes.subarray(from, to));
    const made = make(Buffer.from(own.buffer).toString('latin1'));
    if (own.length <= LONGEST) table[place] = { bytes: own, made };
    return made;
  };
}

function isSame(known: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (known.length !== to - from) return false;
  for (let index = 0; index < known.length; index += 1)
    if (known[index] !== bytes[from + index]) return false;
  return true;
}
