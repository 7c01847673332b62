import { create } from 'zustand';
import type { TargetView } from '../../shared/contract/commands';
import type { TargetState } from '../../shared/contract/questions';
import { remoteTarget, type ShownTarget } from '../format/target';

interface TargetStore {
  /** Those configured here. Null until the first snapshot. */
  targets: readonly TargetView[] | null;
  /** Those configured here and the remote ones. Null until the first snapshot. */
  all: readonly ShownTarget[] | null;
  states: ReadonlyMap<string, TargetState>;
  /** Raised when any target's state (not merely its latency) changes, and with every change of the lists. */
  stateVersion: number;
}

export const useTargets = create<TargetStore>(() => ({
  targets: null,
  all: null,
  states: new Map(),
  stateVersion: 0,
}));

/** The configured ones, then the remote ones, each the same object as before while nothing of it changed. */
function withRemote(
  targets: readonly TargetView[] | null,
  states: ReadonlyMap<string, TargetState>,
  before: readonly ShownTarget[] | null,
): readonly ShownTarget[] | null {
  if (targets === null) return null;
  const here = new Set(targets.map(({ id }) => id));
  const known = new Map(before?.filter(({ remote }) => remote).map((target) => [target.id, target]));
  const remote: ShownTarget[] = [];
  for (const state of states.values()) {
    if (!state.remote || here.has(state.targetId)) continue;
    const held = known.get(state.targetId);
    remote.push(held?.url === state.url ? held : remoteTarget(state));
  }
  return remote.length === 0 ? targets : [...targets, ...remote];
}

export function setTargets(targets: readonly TargetView[]): void {
  useTargets.setState((held) => ({
    targets,
    all: withRemote(targets, held.states, held.all),
    stateVersion: held.stateVersion + 1,
  }));
}

/** What of a state decides where its row stands and what marks it bears. */
const shape = (state: TargetState | undefined): string =>
  state === undefined
    ? ''
    : `${state.state} ${state.remote} ${state.probers.map((one) => `${one.probeId} ${one.state}`)}`;

export function mergeStates(changes: readonly TargetState[], replace: boolean): void {
  useTargets.setState((held) => {
    const states = new Map(replace ? [] : held.states);
    let changed = replace;
    let listed = replace;
    for (const state of changes) {
      const before = held.states.get(state.targetId);
      if (shape(before) !== shape(state)) changed = true;
      if (state.remote ? before?.url !== state.url || !before.remote : before?.remote === true) listed = true;
      states.set(state.targetId, state);
    }
    return {
      states,
      all: listed ? withRemote(held.targets, states, held.all) : held.all,
      stateVersion: changed || listed ? held.stateVersion + 1 : held.stateVersion,
    };
  });
}
