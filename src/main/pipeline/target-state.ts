import type { ProberState } from '../../shared/contract/questions';
import type { ProbeEvent } from '../../shared/domain/probe-event';
import type { Target } from '../../shared/domain/target';

const MINUTE_US = 60_000_000;
/** What lies further ahead was measured while the clock was wrong: it is the newest of nothing. */
const AHEAD_US = 60_000_000;

/** What is remembered of one target and prober between events: bounded, whatever their rate. */
export interface TargetMemory {
  newest: ProbeEvent | null;
  /** The newest row of due instants that a running probe, or a busy machine, stood in the way of: it says nothing of the target. */
  overrun: ProbeEvent | null;
  /** When `newest.outcome` began, µs. */
  sinceUs: number | null;
  lastFailure: ProberState['lastFailure'];
  /** Due instants (µs) of final `down` attempts of the last minute, ascending. */
  recentDownUs: number[];
}

/** What one prober says of a target, without who that is. */
export type SaidState = Omit<ProberState, 'probeId'>;

/** How long silence means nothing yet, µs. */
export interface Patience {
  silenceUs: number;
  timeoutUs: number;
}

export function emptyMemory(): TargetMemory {
  return { newest: null, overrun: null, sinceUs: null, lastFailure: null, recentDownUs: [] };
}

/** The last instant an event speaks of, µs. */
export function lastInstantOf(event: ProbeEvent): number {
  return event.missed_until ?? event.timestamp;
}

function instantOrNone(event: ProbeEvent | null): number {
  return event === null ? Number.NEGATIVE_INFINITY : lastInstantOf(event);
}

/** The last instant that anything of it speaks of, µs; −∞ while there is nothing. */
export function spokenUsOf({ newest, overrun }: TargetMemory): number {
  return Math.max(instantOrNone(newest), instantOrNone(overrun));
}

/** Forgets what a clock that was ahead has left: for as long as it was ahead nothing else would count as newer. */
function forgetAhead(memory: TargetMemory, nowUs: number): void {
  if (instantOrNone(memory.newest) > nowUs + AHEAD_US) memory.newest = null;
  if (instantOrNone(memory.overrun) > nowUs + AHEAD_US) memory.overrun = null;
}

function forgetOldDowns({ recentDownUs }: TargetMemory, nowUs: number): void {
  let old = 0;
  while (old < recentDownUs.length && (recentDownUs[old] as number) <= nowUs - MINUTE_US) old += 1;
  if (old > 0) recentDownUs.splice(0, old);
}

/** Takes one event in. Only final attempts speak; one that is older than what is known changes no state. */
export function remember(memory: TargetMemory, event: ProbeEvent, nowUs: number): void {
  if (!event.is_final_attempt) return;
  forgetAhead(memory, nowUs);
  if (event.outcome === 'down') {
    if (event.timestamp > nowUs - MINUTE_US) {
      forgetOldDowns(memory, nowUs);
      insertAscending(memory.recentDownUs, event.timestamp);
    }
    if (memory.lastFailure === null || event.timestamp >= memory.lastFailure.timestampUs) {
      memory.lastFailure = {
        timestampUs: event.timestamp,
        phase: event.failure_phase,
        code: event.failure_code,
        detail: event.failure_detail,
        statusCode: event.status_code,
      };
    }
  }
  if (event.failure_code === 'overrun') {
    if (lastInstantOf(event) >= instantOrNone(memory.overrun)) memory.overrun = event;
    return;
  }
  if (lastInstantOf(event) < instantOrNone(memory.newest)) return;
  if (memory.newest === null || memory.newest.outcome !== event.outcome) memory.sinceUs = event.timestamp;
  memory.newest = event;
}

/**
 * A remote target's interval is not known here: a minute is longer than any watermark-worthy silence at 1 Hz.
 * @param target null for one that is not configured here
 */
export function patienceOf(target: Target | null): Patience {
  if (target === null) return { silenceUs: MINUTE_US, timeoutUs: MINUTE_US };
  return {
    silenceUs: (2 * target.intervalMs + target.timeoutMs) * 1000,
    timeoutUs: target.timeoutMs * 1000,
  };
}

/**
 * What the events of one prober say at `nowUs`: the outcome of the newest final attempt, "no data" once that is older than two
 * intervals and the timeout. What was overrun changes nothing by itself: a service that hangs for longer than its interval is
 * down with a timeout, not unmeasured. Only when nothing but overruns came for long, the machine cannot keep up, and the state
 * is "missed".
 */
export function saidState(memory: TargetMemory, patience: Patience, nowUs: number): SaidState {
  forgetAhead(memory, nowUs);
  forgetOldDowns(memory, nowUs);
  const { newest, overrun } = memory;
  const { silenceUs, timeoutUs } = patience;
  const spokenUs = spokenUsOf(memory);
  const base = {
    lastEventUs: Number.isFinite(spokenUs) ? spokenUs : null,
    latencyMs: newest?.latency_ms ?? null,
    statusCode: newest?.status_code ?? null,
    errorsLastMinute: memory.recentDownUs.filter((instant) => instant <= nowUs).length,
    lastFailure: memory.lastFailure,
  };
  if (base.lastEventUs === null) return { ...base, state: 'noData', sinceUs: null };
  if (nowUs - spokenUs > silenceUs) return { ...base, state: 'noData', sinceUs: spokenUs };
  if (overrun !== null && (newest === null || spokenUs - lastInstantOf(newest) > silenceUs + timeoutUs)) {
    return { ...base, state: 'missed', sinceUs: overrun.timestamp };
  }
  if (newest === null) return { ...base, state: 'noData', sinceUs: null };
  return { ...base, state: newest.outcome, sinceUs: memory.sinceUs };
}

function insertAscending(instants: number[], instant: number): void {
  let at = instants.length;
  while (at > 0 && (instants[at - 1] as number) > instant) at -= 1;
  instants.splice(at, 0, instant);
}
