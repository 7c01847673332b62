import type { Range } from '../../../shared/contract/questions';
import type { ProbeEvent } from '../../../shared/domain/probe-event';
import { decodeEvents, eventColumns } from '../raw-decoder';
import type { Question } from './question';
import { IS_FINAL, rawSource } from './raw-source';
import type { Scope } from './scope';
import { searchBack } from './search-back';
import { instants, texts } from './sql-values';
import { windowSource } from './window-source';

/** Where everything that is probed regularly has its newest row. */
const RECENT_US = 120_000_000;
/** Targets silent for longer than about 16 days before the newest data count as unknown: the steps that are searched. */
const SEARCHED_STEPS = 4;
/** The last due instant that a row speaks of. */
const LAST_INSTANT = 'coalesce(missed_until, timestamp)';

/**
 * The newest row of every target and prober: first from the attempts of the last minutes; for those that were silent then,
 * their newest window tells where to look.
 * @param targetIds when given, the search ends as soon as all of them are found
 */
export async function newestByTarget(
  question: Question,
  newestUs: number,
  targetIds: readonly string[] | null,
): Promise<ProbeEvent[]> {
  const newest = new Map<string, ProbeEvent>();
  const recent = { fromUs: Math.max(0, newestUs - RECENT_US), toUs: Number.MAX_SAFE_INTEGER };
  const put = (event: ProbeEvent) => void newest.set(keyOf(event.target_id, event.probe_id), event);
  for (const event of await newestInRange(question, null, recent)) put(event);

  for (const range of searchBack(newestUs).slice(0, SEARCHED_STEPS)) {
    const found = new Set([...newest.values()].map(({ target_id }) => target_id));
    if (targetIds?.every((id) => found.has(id))) break;
    const silent = (await newestWindows(question, range)).filter(({ key }) => !newest.has(key));
    for (const [window, group] of groupByWindow(silent)) {
      const [only] = group;
      const wanted = new Set(group.map(({ key }) => key));
      const events = await newestInRange(question, group.length === 1 ? only!.scope : null, window);
      for (const event of events) if (wanted.has(keyOf(event.target_id, event.probe_id))) put(event);
    }
  }
  return [...newest.values()];
}

const keyOf = (targetId: string, probeId: string): string => `${probeId}\n${targetId}`;

/** What one prober measured of one target last. */
interface Last {
  key: string;
  scope: Scope;
  window: Range;
}

/** Those that fell silent together are looked up together. */
function groupByWindow(found: readonly Last[]): [Range, Last[]][] {
  const groups = new Map<string, [Range, Last[]]>();
  for (const last of found) {
    const key = `${last.window.fromUs}-${last.window.toUs}`;
    const group = groups.get(key) ?? [last.window, []];
    group[1].push(last);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** Rows are found by a few columns first: reading all of them for every row would cost many times as much. */
async function newestInRange(
  { session, view }: Question,
  scope: Scope | null,
  range: Range,
): Promise<ProbeEvent[]> {
  const source = rawSource(view, scope, range);
  const keys = await session.query(
    `SELECT target_id, timestamp, probe_id, seq FROM ${source.from} WHERE ${IS_FINAL}
     QUALIFY row_number() OVER (PARTITION BY target_id, probe_id ORDER BY ${LAST_INSTANT} DESC, seq DESC) = 1`,
    source.values,
  );
  if (keys.rowCount === 0) return [];
  const timestamps = keys.numbers('timestamp');
  const span = {
    fromUs: timestamps.reduce((least, us) => Math.min(least, us)),
    toUs: timestamps.reduce((most, us) => Math.max(most, us)) + 1,
  };
  const rows = rawSource(view, scope, span);
  const chunks = await session.chunks(
    `SELECT ${eventColumns} FROM ${rows.from} AS r
       JOIN (SELECT unnest($key_targets) AS target_id, unnest($key_timestamps) AS timestamp,
               unnest($key_probes) AS probe_id, unnest($key_seqs)::BIGINT AS seq) AS k
       USING (target_id, timestamp, probe_id, seq)`,
    {
      ...rows.values,
      key_targets: texts(keys.texts('target_id')),
      key_timestamps: instants(timestamps),
      key_probes: texts(keys.texts('probe_id')),
      key_seqs: texts(keys.numbers('seq').map(String)),
    },
  );
  return chunks.flatMap(decodeEvents);
}

/** Where the newest window of each target and prober that starts in the range lies. */
async function newestWindows(question: Question, range: Range): Promise<Last[]> {
  const source = windowSource(question, null, range);
  const answer = await question.session.query(
    `SELECT target_id, probe_id, max(start_time) AS start_time, max(end_time) AS end_time
     FROM ${source.from} GROUP BY target_id, probe_id`,
    source.values,
  );
  const probeIds = answer.texts('probe_id');
  const starts = answer.numbers('start_time');
  const ends = answer.numbers('end_time');
  const windows = new Map<string, Last>();
  const put = (targetId: string, probeId: string, window: Range): void => {
    const key = keyOf(targetId, probeId);
    const known = windows.get(key);
    if (known === undefined || known.window.fromUs < window.fromUs) {
      windows.set(key, { key, scope: { targetId, probeId }, window });
    }
  };
  answer.texts('target_id').forEach((targetId, row) => {
    put(targetId, probeIds[row]!, { fromUs: starts[row]!, toUs: ends[row]! });
  });
  for (const row of source.overlay) {
    put(row.target_id, row.probe_id, { fromUs: row.start_time, toUs: row.end_time });
  }
  return [...windows.values()];
}
