import { createStore, type StoreApi, useStore } from 'zustand';
import type { ProbePoint } from '../../shared/contract/pushes';
import { OUTCOMES, type Outcome } from '../../shared/domain/outcome';

/** Five minutes at one probe a second, and a little more. */
const CAPACITY = 320;

/** The newest final attempts of one target and prober in columns: 4 kB each, so that 500 targets stay small. */
export class ProbeRing {
  private readonly times = new Float64Array(CAPACITY);
  private readonly latencies = new Float32Array(CAPACITY);
  private readonly outcomes = new Uint8Array(CAPACITY);
  private start = 0;
  length = 0;

  push(timestampUs: number, latencyMs: number | null, outcome: Outcome): void {
    if (this.length > 0 && timestampUs <= this.timeAt(this.length - 1)) return;
    const at = (this.start + this.length) % CAPACITY;
    this.times[at] = timestampUs;
    this.latencies[at] = latencyMs ?? Number.NaN;
    this.outcomes[at] = OUTCOMES.indexOf(outcome);
    if (this.length < CAPACITY) this.length += 1;
    else this.start = (this.start + 1) % CAPACITY;
  }

  timeAt(index: number): number {
    return this.times[(this.start + index) % CAPACITY] ?? 0;
  }

  /** NaN where none was measured. */
  latencyAt(index: number): number {
    return this.latencies[(this.start + index) % CAPACITY] ?? Number.NaN;
  }

  outcomeAt(index: number): Outcome {
    return OUTCOMES[this.outcomes[(this.start + index) % CAPACITY] ?? 0] ?? 'missed';
  }
}

/** The newest attempts of one target by prober, in order of the ids. */
interface RingState {
  rings: ReadonlyMap<string, ProbeRing>;
  version: number;
}

const stores = new Map<string, StoreApi<RingState>>();

function storeOf(targetId: string): StoreApi<RingState> {
  let held = stores.get(targetId);
  if (held === undefined) {
    held = createStore<RingState>(() => ({ rings: new Map(), version: 0 }));
    stores.set(targetId, held);
  }
  return held;
}

/** Puts a prober's ring in the place of the one before, if there was one. */
function putRing(store: StoreApi<RingState>, probeId: string, ring: ProbeRing): void {
  store.setState(({ rings, version }) => ({
    rings: new Map([...rings, [probeId, ring] as const].sort(([a], [b]) => (a < b ? -1 : 1))),
    version: version + 1,
  }));
}

function ringIn(store: StoreApi<RingState>, probeId: string): ProbeRing {
  const held = store.getState().rings.get(probeId);
  if (held !== undefined) return held;
  const ring = new ProbeRing();
  putRing(store, probeId, ring);
  return ring;
}

const listeners = new Set<(points: readonly ProbePoint[]) => void>();

/** Hears every pushed attempt, retries included. */
export function listenProbes(listener: (points: readonly ProbePoint[]) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function addProbes(points: readonly ProbePoint[]): void {
  const touched = new Set<StoreApi<RingState>>();
  for (const point of points) {
    if (!point.isFinalAttempt && point.outcome !== 'missed') continue;
    const store = storeOf(point.targetId);
    ringIn(store, point.probeId).push(point.timestampUs, point.latencyMs, point.outcome);
    touched.add(store);
  }
  for (const store of touched) store.setState((held) => ({ version: held.version + 1 }));
  for (const listener of listeners) listener(points);
}

/** Puts what the engine remembers in front of what was pushed meanwhile. */
export function seedRing(
  targetId: string,
  probeId: string,
  times: readonly number[],
  latencies: readonly (number | null)[],
  outcomes: readonly Outcome[],
): void {
  const store = storeOf(targetId);
  const pushed = ringIn(store, probeId);
  const ring = new ProbeRing();
  times.forEach((time, index) => {
    ring.push(time, latencies[index] ?? null, outcomes[index] ?? 'missed');
  });
  for (let index = 0; index < pushed.length; index += 1) {
    const latency = pushed.latencyAt(index);
    ring.push(pushed.timeAt(index), Number.isNaN(latency) ? null : latency, pushed.outcomeAt(index));
  }
  putRing(store, probeId, ring);
}

export function useRings(targetId: string): RingState {
  return useStore(storeOf(targetId));
}
