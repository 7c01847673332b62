import { create } from 'zustand';
import type { ProberEntry } from '../../shared/contract/overview';
import { useRoute } from './route-store';

interface ProberStore {
  /** Everyone who measured, ours first. */
  probers: readonly ProberEntry[];
}

export const useProbers = create<ProberStore>(() => ({ probers: [] }));

export function setProbers(probers: readonly ProberEntry[]): void {
  useProbers.setState({ probers });
}

/** The prober in the address; null = all together. */
export function useChosenProber(): string | null {
  return useRoute(({ query }) => query.get('prober') || null);
}

/** What a prober's lines and marks are coloured by: its place among all, so that it has one colour on every screen. */
export function placeOf(probeId: string, probers: readonly ProberEntry[]): number {
  return Math.max(
    0,
    probers.findIndex((one) => one.probeId === probeId),
  );
}
