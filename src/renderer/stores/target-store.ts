import { create } from 'zustand';
import type { TargetView } from '../../shared/contract/commands';
import type { TargetState } from '../../shared/contract/questions';

interface TargetStore {
  /** Null until the first snapshot. */
  targets: readonly TargetView[] | null;
  states: ReadonlyMap<string, TargetState>;
  /** Raised when any target's state (not merely its latency) changes. */
  stateVersion: number;
}

export const useTargets = create<TargetStore>(() => ({ targets: null, states: new Map(), stateVersion: 0 }));

export function setTargets(targets: readonly TargetView[]): void {
  useTargets.setState((held) => ({ targets, stateVersion: held.stateVersion + 1 }));
}

export function mergeStates(changes: readonly TargetState[], replace: boolean): void {
  useTargets.setState((held) => {
    const states = new Map(replace ? [] : held.states);
    let changed = replace;
    for (const state of changes) {
      if (held.states.get(state.targetId)?.state !== state.state) changed = true;
      states.set(state.targetId, state);
    }
    return { states, stateVersion: changed ? held.stateVersion + 1 : held.stateVersion };
  });
}
