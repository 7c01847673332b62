import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Archive, decodeArchive, encodeArchive, type WrittenArchive } from './checkpoint';
import type { LakeState } from './lake-state';
import { DAY_US, dateOf } from './sql-text';

/** Files of the newest dates stand in the checkpoint itself; those of older dates hardly ever change. */
const HOT_US = 2 * DAY_US;
/** Fewer old files than this stay in the checkpoint. */
const WORTH_FILES = 60;
const ARCHIVE_NAME = /^archive-(\d+)\.json$/;

/** Splits the live files into those for the checkpoint and those for the archive. */
export function splitFiles(state: LakeState): { hot: Archive; cold: Archive } {
  const all = { raw: state.raw.all, metrics: state.metrics.all };
  const newestUs = state.raw.span()?.maxUs ?? state.metrics.span()?.maxUs ?? 0;
  const firstHot = dateOf(newestUs - HOT_US);
  const cold = {
    raw: all.raw.filter((file) => file.date < firstHot && file.kind !== 'tail'),
    metrics: all.metrics.filter((file) => file.date < firstHot),
  };
  if (cold.raw.length + cold.metrics.length < WORTH_FILES)
    return { hot: all, cold: { raw: [], metrics: [] } };
  const isCold = new Set<unknown>([...cold.raw, ...cold.metrics]);
  return {
    hot: {
      raw: all.raw.filter((file) => !isCold.has(file)),
      metrics: all.metrics.filter((file) => !isCold.has(file)),
    },
    cold,
  };
}

/** Makes sure that an archive with exactly these files is durable; returns it, null when there is nothing to archive. */
export async function archiveFiles(
  state: LakeState,
  cold: Archive,
  serial: number,
): Promise<WrittenArchive | null> {
  if (cold.raw.length + cold.metrics.length === 0) return null;
  const last = state.archive;
  if (last !== null && sameFiles(last.raw, cold.raw) && sameFiles(last.metrics, cold.metrics)) return last;
  const name = `archive-${serial}.json`;
  await state.disk.replaceText(`${state.disk.checkpoints}/${name}`, encodeArchive(cold));
  return { name, ...cold };
}

/** Null when it is gone or broken. @param path absolute, of the folder in which the checkpoint stands */
export async function readArchive(folder: string, name: string): Promise<WrittenArchive | null> {
  const path = join(folder, name);
  const text = await readFile(path, 'utf8').catch(() => null);
  const archive = text === null ? null : decodeArchive(text);
  return archive === null ? null : { name, ...archive };
}

/** Removes archives of a checkpoint that was never written. */
export async function removeUnusedArchives(state: LakeState): Promise<void> {
  const { disk } = state;
  for (const name of await listArchives(state)) {
    if (Number(ARCHIVE_NAME.exec(name)?.[1]) > state.serial) await disk.remove(`${disk.checkpoints}/${name}`);
  }
}

/** The names of all archives that stand beside the checkpoint. */
export async function listArchives({ disk }: LakeState): Promise<string[]> {
  return (await readdir(disk.absolute(disk.checkpoints))).filter((name) => ARCHIVE_NAME.test(name));
}

function sameFiles(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((file, index) => file === b[index]);
}
