import type { ProbeEvent } from '../../shared/domain/probe-event';
import type { Target } from '../../shared/domain/target';
import type { LakeQueries } from '../datalake/lake-queries';
import type { LastDue } from '../prober/prober';

/** What an engine has to know of earlier runs when it starts. */
export interface Past {
  /** The newest row of every target and what still counts as an error of the last minute, each once, ascending in time. */
  events: ProbeEvent[];
  /** Up to where each target's due instants are accounted for: a gap begins after it. */
  lastDue: LastDue[];
}

/**
 * @param of.probeId only what this prober measured tells where its schedule stood
 * @param of.paused targets that were paused when the last run ended: they have no gap
 */
export async function readPast(
  queries: Pick<LakeQueries, 'newestByTarget' | 'lastMinute'>,
  of: { probeId: string; targets: readonly Target[]; paused: ReadonlySet<string> },
): Promise<Past> {
  const { signal } = new AbortController();
  const newest = await queries.newestByTarget(signal);
  const { failures, brokenOff } = await queries.lastMinute(signal);
  const known = new Set(failures.map(keyOf));
  const events = [...failures, ...newest.filter((event) => !known.has(keyOf(event)))];
  const mine = newest.filter((event) => event.probe_id === of.probeId);
  return {
    events: events.sort((a, b) => a.timestamp - b.timestamp),
    lastDue: [...mine.map(accountedFor), ...brokenOffFirst(brokenOff, mine, of)].filter(
      ({ targetId }) => !of.paused.has(targetId),
    ),
  };
}

/**
 * A target's very first probe, broken off between its retries, left no final row to begin a gap after: its own due instant is the
 * first that is not accounted for.
 */
function brokenOffFirst(
  brokenOff: readonly ProbeEvent[],
  newest: readonly ProbeEvent[],
  { probeId, targets }: { probeId: string; targets: readonly Target[] },
): LastDue[] {
  const known = new Set(newest.map(({ target_id }) => target_id));
  const intervals = new Map(targets.map(({ id, intervalMs }) => [id, intervalMs * 1000]));
  return brokenOff
    .filter((event) => event.probe_id === probeId && !known.has(event.target_id))
    .map(({ target_id, timestamp }) => ({
      targetId: target_id,
      timestampUs: timestamp - (intervals.get(target_id) ?? 0),
    }));
}

/**
 * The later of what the lake and the log's own note say of each target.
 * @param paused targets that were paused when the last run ended: they have no gap
 */
export function latestDues(
  ofLake: readonly LastDue[],
  ofLog: readonly LastDue[],
  paused: ReadonlySet<string>,
): LastDue[] {
  const latest = new Map<string, LastDue>();
  for (const due of [...ofLake, ...ofLog]) {
    const known = latest.get(due.targetId);
    if (paused.has(due.targetId) || (known !== undefined && known.timestampUs >= due.timestampUs)) continue;
    latest.set(due.targetId, due);
  }
  return [...latest.values()];
}

function accountedFor(event: ProbeEvent): LastDue {
  return { targetId: event.target_id, timestampUs: event.missed_until ?? event.timestamp };
}

function keyOf({ probe_id, seq }: ProbeEvent): string {
  return `${probe_id} ${seq}`;
}
