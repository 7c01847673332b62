import type { Range } from '../../../shared/contract/questions';
import type { ProbeEvent } from '../../../shared/domain/probe-event';
import { decodeEvents, eventColumns } from '../raw-decoder';
import type { Question } from './question';
import { IS_FINAL, rawSource } from './raw-source';
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
 * The newest row of every target: first from the attempts of the last minutes; for targets that were silent then, their
 * newest window tells where to look.
 * @param targetIds when given, the search ends as soon as all of them are found
 */
export async function newestByTarget(
  question: Question,
  newestUs: number,
  targetIds: readonly string[] | null,
): Promise<ProbeEvent[]> {
  const newest = new Map<string, ProbeEvent>();
  const recent = { fromUs: Math.max(0, newestUs - RECENT_US), toUs: Number.MAX_SAFE_INTEGER };
  for (const event of await newestInRange(question, null, recent)) newest.set(event.target_id, event);

  for (const range of searchBack(newestUs).slice(0, SEARCHED_STEPS)) {
    if (targetIds?.every((id) => newest.has(id))) break;
    const silent = (await newestWindows(question, range)).filter(({ targetId }) => !newest.has(targetId));
    for (const [window, ids] of groupByWindow(silent)) {
      const [only] = ids;
      const events = await newestInRange(question, ids.length === 1 ? only! : null, window);
      for (const event of events) if (ids.includes(event.target_id)) newest.set(event.target_id, event);
    }
  }
  return [...newest.values()];
}

/** Targets that fell silent together are looked up together. */
function groupByWindow(found: readonly { targetId: string; window: Range }[]): [Range, string[]][] {
  const groups = new Map<string, [Range, string[]]>();
  for (const { targetId, window } of found) {
    const key = `${window.fromUs}-${window.toUs}`;
    const group = groups.get(key) ?? [window, []];
    group[1].push(targetId);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** Rows are found by a few columns first: reading all of them for every row would cost many times as much. */
async function newestInRange(
  { session, view }: Question,
  targetId: string | null,
  range: Range,
): Promise<ProbeEvent[]> {
  const source = rawSource(view, targetId, range);
  const keys = await session.query(
    `SELECT target_id, timestamp, probe_id, seq FROM ${source.from} WHERE ${IS_FINAL}
     QUALIFY row_number() OVER (PARTITION BY target_id ORDER BY ${LAST_INSTANT} DESC, seq DESC, probe_id) = 1`,
    source.values,
  );
  if (keys.rowCount === 0) return [];
  const timestamps = keys.numbers('timestamp');
  const span = {
    fromUs: timestamps.reduce((least, us) => Math.min(least, us)),
    toUs: timestamps.reduce((most, us) => Math.max(most, us)) + 1,
  };
  const rows = rawSource(view, targetId, span);
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

/** Where each target's newest window that starts in the range lies. */
async function newestWindows(
  question: Question,
  range: Range,
): Promise<{ targetId: string; window: Range }[]> {
  const source = windowSource(question, null, range);
  const answer = await question.session.query(
    `SELECT target_id, max(start_time) AS start_time, max(end_time) AS end_time
     FROM ${source.from} GROUP BY target_id`,
    source.values,
  );
  const starts = answer.numbers('start_time');
  const ends = answer.numbers('end_time');
  const windows = new Map(
    answer.texts('target_id').map((id, row) => [id, { fromUs: starts[row]!, toUs: ends[row]! }]),
  );
  for (const { target_id, start_time, end_time } of source.overlay) {
    const known = windows.get(target_id);
    if (known === undefined || known.fromUs < start_time) {
      windows.set(target_id, { fromUs: start_time, toUs: end_time });
    }
  }
  return [...windows].map(([targetId, window]) => ({ targetId, window }));
}
