import { linkSync, unlink } from 'node:fs';
import { RENAME_PATIENCE_MS } from './gate';
import type { LakeFile, RawFile } from './lake-file';
import type { LakeState } from './lake-state';
import { HOUR_US } from './sql-text';

/** Windows as old as this beside the newest are written again only when late events change them. */
const WARM_US = 2 * HOUR_US;

/**
 * Names of a view's own for the files that flushes replace under their names. DuckDB opens a file for its footer and
 * again for its rows; a replacement in between would give it the rows of one file by the footer of another.
 */
export class SteadyFiles {
  readonly #links = new Map<string, string>();

  constructor(private readonly state: LakeState) {}

  raw(files: readonly RawFile[]): RawFile[] {
    return files.map((file) => (file.kind === 'tail' ? this.#steady(file) : file));
  }

  metrics<F extends LakeFile>(files: readonly F[]): F[] {
    return files.map((file) => (isWarm(this.state, file) ? this.#steady(file) : file));
  }

  /** To be called when nothing reads them any more. */
  release(): void {
    // What cannot be removed now is removed by the next start.
    for (const link of this.#links.values()) unlink(this.state.disk.absolute(link), () => undefined);
    this.#links.clear();
  }

  #steady<F extends LakeFile>(file: F): F {
    const { disk, shared } = this.state;
    let link = this.#links.get(file.path);
    if (link === undefined && !this.state.linksRefused) {
      link = shared.folder.newView();
      try {
        linkSync(disk.absolute(file.path), disk.absolute(link));
        this.#links.set(file.path, link);
      } catch {
        // A filesystem without links, or a full one: from now on replacing waits for questions instead.
        this.state.linksRefused = true;
        link = undefined;
      }
    }
    return link === undefined ? file : { ...file, path: link };
  }
}

/** Runs `work`, which replaces these files; where a question may be reading one by its name, between questions. */
export async function replaceFiles(
  state: LakeState,
  replaced: readonly LakeFile[],
  work: () => Promise<void>,
): Promise<void> {
  const exposed = state.linksRefused || replaced.some((file) => !isSteady(state, file));
  if (exposed) await state.gate.preferablyAlone(RENAME_PATIENCE_MS, work);
  else await work();
}

function isSteady(state: LakeState, file: LakeFile): boolean {
  return file.path.startsWith('lake1_raw') || isWarm(state, file);
}

function isWarm(state: LakeState, file: LakeFile): boolean {
  return file.maxUs >= state.newestWindowUs - WARM_US;
}
