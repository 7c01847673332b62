import type { TargetState } from '../../shared/contract/questions';
import type { ProbeEvent } from '../../shared/domain/probe-event';
import type { Target } from '../../shared/domain/target';
import type { Clock } from '../platform/clock';
import { createEmitter } from './emitter';
import { emptyMemory, remember, stateOf, type TargetMemory } from './target-state';

export interface LiveState {
  /** Acknowledged events, or the newest rows of the lake at start. */
  apply(events: readonly ProbeEvent[]): void;
  /** Every configured target, and every remote one seen, as it stands now. */
  current(): TargetState[];
  /** Calls back with the states that changed: after events, and once a second for what merely aged. */
  listen(onChange: (states: TargetState[]) => void): () => void;
  /** To be called once a second: finds what aged into "no data" or out of the last minute. */
  age(): void;
  clear(): void;
}

/** The current state of all targets, from acknowledged events alone. */
export function createLiveState(options: {
  clock: Clock;
  targets: () => readonly Target[];
  displayUrlOf: (target: Target) => string;
  /** What this prober measured and is not configured any more was deleted here; what another measured is remote. */
  ownProbeId: () => string;
}): LiveState {
  const memories = new Map<string, TargetMemory>();
  const changed = createEmitter<TargetState[]>();
  const told = new Map<string, string>();

  const stateFor = (targetId: string, target: Target | null, nowUs: number): TargetState => {
    const memory = memories.get(targetId) ?? emptyMemory();
    const url = target === null ? (memory.newest?.url ?? '') : options.displayUrlOf(target);
    return stateOf(memory, target, { targetId, url }, nowUs);
  };
  const isRemote = (memory: TargetMemory | undefined): boolean =>
    memory?.newest != null && memory.newest.probe_id !== options.ownProbeId();
  const tell = (states: TargetState[]): void => {
    if (states.length > 0) changed.emit(states);
  };
  const current = (): TargetState[] => {
    const nowUs = options.clock.nowUs();
    const configured = options.targets();
    const known = new Set(configured.map((target) => target.id));
    const remote = [...memories.keys()].filter((id) => !known.has(id) && isRemote(memories.get(id)));
    return [
      ...configured.map((target) => stateFor(target.id, target, nowUs)),
      ...remote.map((id) => stateFor(id, null, nowUs)),
    ];
  };

  return {
    apply(events) {
      const nowUs = options.clock.nowUs();
      const touched = new Set<string>();
      for (const event of events) {
        let memory = memories.get(event.target_id);
        if (memory === undefined) {
          memory = emptyMemory();
          memories.set(event.target_id, memory);
        }
        remember(memory, event, nowUs);
        touched.add(event.target_id);
      }
      if (!changed.hasListeners) return;
      const byId = new Map(options.targets().map((target) => [target.id, target]));
      const states = [...touched]
        .filter((id) => byId.has(id) || isRemote(memories.get(id)))
        .map((id) => stateFor(id, byId.get(id) ?? null, nowUs));
      for (const state of states) told.set(state.targetId, signatureOf(state));
      tell(states);
    },
    current,
    listen: changed.listen,
    age() {
      if (!changed.hasListeners) return;
      const aged = current().filter((state) => told.get(state.targetId) !== signatureOf(state));
      for (const state of aged) told.set(state.targetId, signatureOf(state));
      tell(aged);
    },
    clear() {
      memories.clear();
      told.clear();
    },
  };
}

function signatureOf(state: TargetState): string {
  return `${state.state} ${state.errorsLastMinute} ${state.lastEventUs} ${state.url}`;
}
