import { AppError } from '../../shared/contract/app-error';
import { type LakeState, mustBeOpen } from './lake-state';
import { metricsSchema } from './metrics-schema';
import { copyTo } from './parquet-writer';
import { rawSchema } from './raw-schema';
import { emptyTable } from './table-schema';

/** How long an emptied file stays, for readers that listed it before; shorter where files come quickly. */
const EMPTIED_MS = 60_000;
const EMPTIED_BUSY_MS = 20_000;
const BUSY_FILES = 16;

/**
 * Takes files away without failing readers that have listed them: each is replaced by one of the same columns without
 * rows, which `removeEmptied` removes later. Files that are emptied already are left alone. A disk too full even for that has
 * them removed at once: their space is what it is short of, and a reader in that instant may fail.
 */
export async function emptyFiles(state: LakeState, paths: readonly string[]): Promise<void> {
  const waiting = paths.filter((path) => !state.emptied.has(path));
  try {
    await replaceByBlanks(state, waiting);
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'no_space')) throw error;
    for (const path of waiting) await state.disk.remove(path);
  }
}

async function replaceByBlanks(state: LakeState, paths: readonly string[]): Promise<void> {
  const { disk } = state;
  const blanks = paths.map(() => disk.temporary());
  try {
    // All are written before the first is used: what has to be removed instead is all of them.
    for (const [index, path] of paths.entries()) await writeBlank(state, blanks[index] ?? '', path);
    for (const [index, path] of paths.entries()) {
      await disk.rename(blanks[index] ?? '', path);
      state.emptied.set(path, state.clock.monotonicMs());
    }
    await disk.syncFolders();
  } catch (error) {
    await disk.discard(blanks);
    throw error;
  }
}

/** Removes emptied files that no reader can be about to open any more. */
export async function removeEmptied(state: LakeState): Promise<void> {
  const counts = emptiedByDate(state);
  const nowMs = state.clock.monotonicMs();
  for (const [path, sinceMs] of state.emptied) {
    const date = dateOfPath(path);
    const ofDate = state.raw.all.filter((file) => file.date === date);
    const isBusy = ofDate.length + (counts.get(date) ?? 0) >= BUSY_FILES;
    if (nowMs - sinceMs < (isBusy ? EMPTIED_BUSY_MS : EMPTIED_MS)) continue;
    await state.disk.remove(path);
    state.emptied.delete(path);
  }
}

/** How many emptied raw files still stand in each date's folder. */
export function emptiedByDate(state: LakeState): Map<string, number> {
  const counts = new Map<string, number>();
  for (const path of state.emptied.keys()) {
    if (!path.startsWith(rawSchema.table)) continue;
    const date = dateOfPath(path);
    counts.set(date, (counts.get(date) ?? 0) + 1);
  }
  return counts;
}

/** Writes a file for the table of `path` without rows. */
async function writeBlank(state: LakeState, blank: string, path: string): Promise<void> {
  const { disk } = state;
  const schema = path.startsWith(rawSchema.table) ? rawSchema : metricsSchema;
  await disk.write(blank, () =>
    mustBeOpen(state).connection.run(copyTo(`SELECT * FROM ${emptyTable(schema)}`, disk.absolute(blank))),
  );
}

function dateOfPath(path: string): string {
  return /date=(\d{4}-\d{2}-\d{2})\//.exec(path)?.[1] ?? '';
}
