import { basename } from 'node:path';
import type { LakeExports } from '../datalake/lake-queries';

/** The file of a finished export, for whoever downloads it. */
export function downloadsOf(exports: LakeExports): (id: string) => { path: string; filename: string } | null {
  return (id) => {
    const state = exports.list().find((one) => one.id === id);
    return state?.status === 'done' ? { path: state.path, filename: basename(state.path) } : null;
  };
}
