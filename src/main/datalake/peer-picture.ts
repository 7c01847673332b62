import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readArchive } from './archive';
import { type Archive, decodeCheckpoint, type WrittenArchive } from './checkpoint';
import type { LakeFile, RawFile } from './lake-file';
import { decodeIntent } from './merge-intent';
import type { PeerLinks } from './peer-links';

/** The files of a partition that another process writes, as its last checkpoint lists them. */
export interface PeerPicture {
  /** Which versions of checkpoint and merge intent it was made from. */
  stamp: string;
  /** Files of the newest dates, their paths being links of ours. */
  hot: Archive;
  /** Files of older dates, by their own paths: they hardly ever change, and are linked when they are read. */
  cold: WrittenArchive | null;
  /** Of the links in `hot`. */
  keys: string[];
}

/** Files may be merged away between being listed and being linked: then everything is read again, so many times. */
const ATTEMPTS = 8;
const AGAIN_MS = 15;

/** Tells whether another process has changed its checkpoint, or begun a merge, since. @param folder absolute */
export function stampOf(folder: string): string {
  return ['checkpoint.json', 'merge.json'].map((name) => versionOf(join(folder, name))).join(' ');
}

function versionOf(path: string): string {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? '-' : `${found.ino}.${found.mtimeNs}.${found.size}`;
}

/**
 * Reads checkpoint and intent of a merge and links what they name, until nothing changed in between: then every row is in the
 * picture once. While a merge empties its inputs, its result stands for them.
 * @param folder absolute, of the checkpoint
 * @param before the picture that this one follows
 */
export async function takePeerPicture(
  folder: string,
  links: PeerLinks,
  before: PeerPicture | null,
): Promise<PeerPicture> {
  for (let attempt = 1; ; attempt += 1) {
    const stamp = stampOf(folder);
    const listed = await listFiles(folder, before);
    const keys: string[] = [];
    const raw = linkAll(
      listed.hot.raw,
      links,
      keys,
      (file, bytes) => file.kind === 'tail' || bytes === file.bytes,
    );
    const metrics = linkAll(listed.hot.metrics, links, keys, () => true);
    const isComplete = listed.isWhole && !raw.missing && !metrics.missing;
    const isSteady = stampOf(folder) === stamp;
    // What is missing although nothing changes has been taken away by somebody else; its owner will say so.
    if (isSteady && (isComplete || attempt >= ATTEMPTS)) {
      return { stamp, hot: { raw: raw.files, metrics: metrics.files }, cold: listed.cold, keys };
    }
    links.release(keys);
    await new Promise((resume) => setTimeout(resume, AGAIN_MS));
  }
}

/** A raw file; the result of a merge may still stand `elsewhere`. */
type ListedRaw = RawFile & { elsewhere?: string };

interface Listed {
  hot: { raw: readonly ListedRaw[]; metrics: Archive['metrics'] };
  cold: WrittenArchive | null;
  isWhole: boolean;
}

async function listFiles(folder: string, before: PeerPicture | null): Promise<Listed> {
  const text = await readFile(join(folder, 'checkpoint.json'), 'utf8').catch(() => null);
  const reading = text === null ? null : decodeCheckpoint(text);
  if (reading?.kind !== 'read') return { hot: { raw: [], metrics: [] }, cold: null, isWhole: true };
  const { archive: name, metrics, raw } = reading.checkpoint;
  const isSame = name !== null && before?.cold?.name === name;
  const cold = isSame ? before.cold : name === null ? null : await readArchive(folder, name);
  return {
    hot: { raw: await mergedRaw(folder, raw), metrics },
    cold,
    isWhole: name === null || cold !== null,
  };
}

/** The live raw files, the inputs of a merge that is being swapped in replaced by its result. */
async function mergedRaw(folder: string, raw: readonly RawFile[]): Promise<readonly ListedRaw[]> {
  const text = await readFile(join(folder, 'merge.json'), 'utf8').catch(() => null);
  const intent = text === null ? null : decodeIntent(text);
  if (intent === null) return raw;
  const inputs = new Set(intent.inputs);
  const kept = raw.filter((file) => !inputs.has(file.path));
  return kept.length === raw.length ? raw : [...kept, { ...intent.result, elsewhere: intent.temporary }];
}

function linkAll<F extends LakeFile & { elsewhere?: string }>(
  files: readonly F[],
  links: PeerLinks,
  keys: string[],
  isRight: (file: F, bytes: number) => boolean,
): { files: F[]; missing: boolean } {
  const linked: F[] = [];
  for (const file of files) {
    const link = links.take(file.path) ?? (file.elsewhere === undefined ? null : links.take(file.elsewhere));
    if (link === null) continue;
    keys.push(link.key);
    if (isRight(file, link.bytes)) linked.push({ ...file, path: link.path });
  }
  return { files: linked, missing: linked.length < files.length };
}
