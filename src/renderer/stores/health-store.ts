import { create } from 'zustand';
import type { Health } from '../../shared/contract/health';

interface HealthStore {
  health: Health | null;
  /** The one before, for rates. */
  before: Health | null;
}

export const useHealth = create<HealthStore>(() => ({ health: null, before: null }));

export function setHealth(health: Health): void {
  useHealth.setState((held) => ({ health, before: held.health }));
}

/** How much a counter grew per second between the last two reports; null where that cannot be told. */
export function ratePerSecond(store: HealthStore, counter: (health: Health) => number): number | null {
  const { health, before } = store;
  if (health === null || before === null || health.startedUs !== before.startedUs) return null;
  const seconds = (health.nowUs - before.nowUs) / 1e6;
  if (seconds <= 0) return null;
  return Math.max(0, (counter(health) - counter(before)) / seconds);
}
