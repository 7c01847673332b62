import type { TargetState } from '../../shared/contract/questions';
import type { ProbeEvent } from '../../shared/domain/probe-event';
import type { Target } from '../../shared/domain/target';

const MINUTE_US = 60_000_000;
/** What lies further ahead was measured while the clock was wrong: it is the newest of nothing. */
const AHEAD_US = 60_000_000;

/** What is remembered of one target between events: bounded, whatever its rate. */
export interface TargetMemory {
  newest: ProbeEvent | null;
  /** The newest row of due instants that a running probe, or a busy machine, stood in the way of: it says nothing of the target. */
  overrun: ProbeEvent | null;
  /** When `newest.outcome` began, µs. */
  sinceUs: number | null;
  lastFailure: TargetState['lastFailure'];
  /** Due instants (µs) of final `down` attempts of the last minute, ascending. */
  recentDownUs: number[];
}

export function emptyMemory(): TargetMemory {
  return { newest: null, overrun: null, sinceUs: null, lastFailure: null, recentDownUs: [] };
}

/** The last instant an event speaks of, µs. */
function lastInstantOf(event: ProbeEvent): number {
  return event.missed_until ?? event.timestamp;
}

function instantOrNone(event: ProbeEvent | null): number {
  return event === null ? Number.NEGATIVE_INFINITY : lastInstantOf(event);
}

/** Forgets what a clock that was ahead has left: for as long as it was ahead nothing else would count as newer. */
function forgetAhead(memory: TargetMemory, nowUs: number): void {
  if (instantOrNone(memory.newest) > nowUs + AHEAD_US) memory.newest = null;
  if (instantOrNone(memory.overrun) > nowUs + AHEAD_US) memory.overrun = null;
}

/** Takes one event in. Only final attempts speak; one that is older than what is known changes no state. */
export function remember(memory: TargetMemory, event: ProbeEvent, nowUs: number): void {
  if (!event.is_final_attempt) return;
  forgetAhead(memory, nowUs);
  if (event.outcome === 'down') {
    insertAscending(memory.recentDownUs, event.timestamp);
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
 * The state at `nowUs`: the outcome of the newest final attempt, "no data" once that is older than two intervals and
 * the timeout. What was overrun changes nothing by itself: a service that hangs for longer than its interval is down with a
 * timeout, not unmeasured. Only when nothing but overruns came for long, the machine cannot keep up, and the state is "missed".
 * @param target null for one that another prober measures and that is not configured here
 */
export function stateOf(
  memory: TargetMemory,
  target: Target | null,
  identity: { targetId: string; url: string },
  nowUs: number,
): TargetState {
  forgetAhead(memory, nowUs);
  const from = memory.recentDownUs.findIndex((instant) => instant > nowUs - MINUTE_US);
  memory.recentDownUs.splice(0, from < 0 ? memory.recentDownUs.length : from);
  const { newest, overrun } = memory;
  // A remote target's interval is not known here: a minute is longer than any watermark-worthy silence at 1 Hz.
  const patienceUs = target === null ? MINUTE_US : (2 * target.intervalMs + target.timeoutMs) * 1000;
  const timeoutUs = target === null ? MINUTE_US : target.timeoutMs * 1000;
  const spokenUs = Math.max(instantOrNone(newest), instantOrNone(overrun));
  const base = {
    ...identity,
    lastEventUs: Number.isFinite(spokenUs) ? spokenUs : null,
    latencyMs: newest?.latency_ms ?? null,
    statusCode: newest?.status_code ?? null,
    errorsLastMinute: memory.recentDownUs.filter((instant) => instant <= nowUs).length,
    lastFailure: memory.lastFailure,
    remote: target === null,
  };
  if (target?.paused === true) return { ...base, state: 'paused', sinceUs: null };
  if (base.lastEventUs === null) return { ...base, state: 'noData', sinceUs: null };
  if (nowUs - spokenUs > patienceUs) return { ...base, state: 'noData', sinceUs: spokenUs };
  if (overrun !== null && (newest === null || spokenUs - lastInstantOf(newest) > patienceUs + timeoutUs)) {
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
