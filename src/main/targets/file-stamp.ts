import { stat } from 'node:fs/promises';

/** What changes whenever the file is written or replaced; empty when there is none. */
export async function stampOf(path: string): Promise<string> {
  try {
    const { mtimeNs, size, ino, mode } = await stat(path, { bigint: true });
    return `${size} ${mtimeNs} ${ino} ${mode}`;
  } catch {
    return '';
  }
}

/** Of a stamp: there is no file, or nothing in it. */
export function isEmpty(stamp: string): boolean {
  return stamp === '' || stamp.startsWith('0 ');
}

/** Permissions of a file, or undefined when there is none. */
export async function modeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ mode }) => mode & 0o777,
    () => undefined,
  );
}
