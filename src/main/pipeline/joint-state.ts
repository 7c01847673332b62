import type { ProberState, TargetState } from '../../shared/contract/questions';
import type { Target } from '../../shared/domain/target';
import {
  emptyMemory,
  type Patience,
  patienceOf,
  type SaidState,
  saidState,
  spokenUsOf,
  type TargetMemory,
} from './target-state';

/** A prober that is silent for longer is none of a target's probers any more: replaced, renamed, or taken away. */
const KEPT_US = 3_600_000_000;
const MINUTE_US = 60_000_000;

/** Worst first. Who learned nothing speaks only when nobody learned anything. */
const WORST_FIRST: readonly TargetState['state'][] = [
  'down',
  'degraded',
  'up',
  'unknown',
  'missed',
  'noData',
  'paused',
];

/** Of one target: what is remembered of each prober, by `probe_id`. */
export type TargetMemories = ReadonlyMap<string, TargetMemory>;

/** What one prober says, and who that is. */
type Said = ProberState;

/**
 * The state of a target at `nowUs`. What one prober measured is that prober's word. Of several, those silent for an hour are
 * left out, and the one that is worst off speaks for all: each is judged by its own newest attempt, so that the state does not
 * change to and fro as their events come in turn. A paused target is paused, whatever others measure.
 * @param target null for one that is not configured here
 */
export function jointState(
  memories: TargetMemories,
  target: Target | null,
  identity: { targetId: string; url: string; ownProbeId: string },
  nowUs: number,
): TargetState {
  const { targetId, url, ownProbeId } = identity;
  const remote = target === null;
  const own = patienceOf(target);
  const all = [...memories]
    .filter(([probeId]) => !remote || probeId !== ownProbeId)
    .map(([probeId, memory]): Said => {
      const patience = probeId === ownProbeId ? own : othersPatience(own);
      return { probeId, ...saidState(memory, patience, nowUs) };
    });
  const kept = all.filter(({ lastEventUs }) => lastEventUs !== null && nowUs - lastEventUs <= KEPT_US);
  const said = kept.length > 0 ? kept : newestOf(all);
  const [only] = said;
  const joint =
    only === undefined
      ? { probeId: null, ...saidState(emptyMemory(), own, nowUs) }
      : said.length === 1
        ? only
        : join(said, ownProbeId);
  const probers = said.length < 2 ? [] : [...said].sort(byProbeId);
  const state = { targetId, url, ...joint, remote, probers };
  return target?.paused === true ? { ...state, state: 'paused', sinceUs: null } : state;
}

/** Who measures a target that is configured elsewhere: everyone but us. */
export function isMeasuredElsewhere(memories: TargetMemories, ownProbeId: string): boolean {
  for (const [probeId, memory] of memories) {
    if (probeId !== ownProbeId && Number.isFinite(spokenUsOf(memory))) return true;
  }
  return false;
}

/** How often others measure the same target is theirs to say. */
function othersPatience({ silenceUs, timeoutUs }: Patience): Patience {
  return { silenceUs: Math.max(silenceUs, MINUTE_US), timeoutUs: Math.max(timeoutUs, MINUTE_US) };
}

/** Several probers' word as one. */
function join(said: readonly Said[], ownProbeId: string): Said {
  const rank = ({ state }: Said) => WORST_FIRST.indexOf(state);
  // Among equals always the same one speaks, ours first, so that the latency shown does not jump from one to the other.
  const [speaker, ...others] = [...said].sort(
    (a, b) =>
      rank(a) - rank(b) ||
      Number(b.probeId === ownProbeId) - Number(a.probeId === ownProbeId) ||
      byProbeId(a, b),
  ) as [Said, ...Said[]];
  const alike = [speaker, ...others.filter(({ state }) => state === speaker.state)];
  const since = alike.map(({ sinceUs }) => sinceUs).filter((us) => us !== null);
  // It is down since the first said so, and up since the last did.
  const isTrouble = speaker.state === 'down' || speaker.state === 'degraded';
  return {
    ...speaker,
    sinceUs:
      since.length === 0 ? null : since.reduce((a, b) => (isTrouble ? Math.min(a, b) : Math.max(a, b))),
    lastEventUs: said.reduce<number | null>((us, one) => Math.max(us ?? 0, one.lastEventUs ?? 0), null),
    errorsLastMinute: said.reduce((sum, one) => sum + one.errorsLastMinute, 0),
    lastFailure: speaker.state === 'down' ? speaker.lastFailure : lastFailureOf(said),
  };
}

function lastFailureOf(said: readonly Said[]): SaidState['lastFailure'] {
  return said.reduce<SaidState['lastFailure']>((last, { lastFailure }) => {
    return (lastFailure?.timestampUs ?? -1) > (last?.timestampUs ?? -1) ? lastFailure : last;
  }, null);
}

/** When all fell silent: the one that was heard last. */
function newestOf(said: readonly Said[]): Said[] {
  const heard = said.filter(({ lastEventUs }) => lastEventUs !== null);
  if (heard.length === 0) return [];
  return [heard.reduce((a, b) => ((b.lastEventUs ?? 0) > (a.lastEventUs ?? 0) ? b : a))];
}

const byProbeId = (a: { probeId: string }, b: { probeId: string }): number =>
  a.probeId < b.probeId ? -1 : a.probeId > b.probeId ? 1 : 0;
