import { create } from 'zustand';
import type { ExportState } from '../../shared/contract/questions';

interface ExportStore {
  exports: ReadonlyMap<string, ExportState>;
}

export const useExports = create<ExportStore>(() => ({ exports: new Map() }));

export function mergeExports(changes: readonly ExportState[]): void {
  useExports.setState((held) => {
    const exports = new Map(held.exports);
    for (const state of changes) exports.set(state.id, state);
    return { exports };
  });
}
