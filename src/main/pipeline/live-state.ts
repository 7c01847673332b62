import type { TargetState } from '../../shared/contract/questions';
import type { ProbeEvent } from '../../shared/domain/probe-event';
import type { Target } from '../../shared/domain/target';
import type { Clock } from '../platform/clock';
import { createEmitter } from './emitter';
import { isMeasuredElsewhere, jointState } from './joint-state';
import { emptyMemory, lastInstantOf, remember, spokenUsOf, type TargetMemory } from './target-state';

/** Events that are older were waiting somewhere: they make no news, and what they change `age` tells once a second. */
const NEWS_US = 120_000_000;

/** A prober as far as its events of this run, and the newest ones before it, tell. */
export interface HeardProber {
  probeId: string;
  lastUs: number;
  targetIds: string[];
}

export interface LiveState {
  /** Acknowledged events of any prober, or the newest rows of the lake at start. */
  apply(events: readonly ProbeEvent[]): void;
  /** Every configured target, and every remote one seen, as it stands now. */
  current(): TargetState[];
  /** Whoever was heard. */
  probers(): HeardProber[];
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
  const memories = new Map<string, Map<string, TargetMemory>>();
  const none: ReadonlyMap<string, TargetMemory> = new Map();
  const changed = createEmitter<TargetState[]>();
  const told = new Map<string, string>();

  const memoryOf = ({ target_id, probe_id }: ProbeEvent): TargetMemory => {
    let ofTarget = memories.get(target_id);
    if (ofTarget === undefined) {
      ofTarget = new Map();
      memories.set(target_id, ofTarget);
    }
    let memory = ofTarget.get(probe_id);
    if (memory === undefined) {
      memory = emptyMemory();
      ofTarget.set(probe_id, memory);
    }
    return memory;
  };
  const stateFor = (targetId: string, target: Target | null, nowUs: number): TargetState => {
    const ofTarget = memories.get(targetId) ?? none;
    const ownProbeId = options.ownProbeId();
    const url = target === null ? urlOf(ofTarget, ownProbeId) : options.displayUrlOf(target);
    return jointState(ofTarget, target, { targetId, url, ownProbeId }, nowUs);
  };
  const isRemote = (targetId: string): boolean =>
    isMeasuredElsewhere(memories.get(targetId) ?? none, options.ownProbeId());
  const tell = (states: TargetState[]): void => {
    for (const state of states) told.set(state.targetId, signatureOf(state));
    if (states.length > 0) changed.emit(states);
  };
  const current = (): TargetState[] => {
    const nowUs = options.clock.nowUs();
    const configured = options.targets();
    const known = new Set(configured.map((target) => target.id));
    const remote = [...memories.keys()].filter((id) => !known.has(id) && isRemote(id));
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
        remember(memoryOf(event), event, nowUs);
        if (lastInstantOf(event) > nowUs - NEWS_US) touched.add(event.target_id);
      }
      if (touched.size === 0 || !changed.hasListeners) return;
      const byId = new Map(options.targets().map((target) => [target.id, target]));
      tell(
        [...touched]
          .filter((id) => byId.has(id) || isRemote(id))
          .map((id) => stateFor(id, byId.get(id) ?? null, nowUs)),
      );
    },
    current,
    probers() {
      const heard = new Map<string, HeardProber>();
      for (const [targetId, ofTarget] of memories) {
        for (const [probeId, memory] of ofTarget) {
          const lastUs = spokenUsOf(memory);
          if (!Number.isFinite(lastUs)) continue;
          const known = heard.get(probeId);
          if (known === undefined) heard.set(probeId, { probeId, lastUs, targetIds: [targetId] });
          else {
            known.lastUs = Math.max(known.lastUs, lastUs);
            known.targetIds.push(targetId);
          }
        }
      }
      return [...heard.values()];
    },
    listen: changed.listen,
    age() {
      if (!changed.hasListeners) return;
      tell(current().filter((state) => told.get(state.targetId) !== signatureOf(state)));
    },
    clear() {
      memories.clear();
      told.clear();
    },
  };
}

/** The address under which a target was measured elsewhere last. */
function urlOf(memories: ReadonlyMap<string, TargetMemory>, ownProbeId: string): string {
  let newest: ProbeEvent | null = null;
  for (const [probeId, memory] of memories) {
    if (probeId === ownProbeId) continue;
    const event = memory.newest ?? memory.overrun;
    if (event !== null && (newest === null || event.timestamp > newest.timestamp)) newest = event;
  }
  return newest?.url ?? '';
}

function signatureOf(state: TargetState): string {
  const { probers } = state;
  const each = probers.length === 0 ? '' : probers.map((one) => `${one.probeId} ${one.state}`).join();
  return `${state.state} ${state.errorsLastMinute} ${state.lastEventUs} ${state.url} ${state.remote} ${each}`;
}
