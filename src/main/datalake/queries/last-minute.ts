import type { LastMinute } from '../lake-queries';
import { decodeEvents, eventColumns } from '../raw-decoder';
import type { Question } from './question';
import { instant } from './sql-values';

const MINUTE_US = 60_000_000;
/** How far before the newest row an attempt may lie whose probe was broken off by the end of an earlier run. */
const BROKEN_OFF_US = 600_000_000;

export async function lastMinute(
  { session, view }: Question,
  { nowUs, newestUs }: { nowUs: number; newestUs: number },
): Promise<LastMinute> {
  const since = (fromUs: number) => view.raw({ fromUs, toUs: Number.MAX_SAFE_INTEGER });
  const minuteUs = Math.max(0, nowUs - MINUTE_US);
  const failures = await session.chunks(
    `SELECT ${eventColumns} FROM ${since(minuteUs)}
     WHERE is_final_attempt AND outcome = 'down' AND timestamp > $from ORDER BY timestamp, seq`,
    { from: instant(minuteUs) },
  );
  const fromUs = Math.max(0, newestUs - BROKEN_OFF_US);
  const brokenOff = await session.chunks(
    `SELECT ${eventColumns} FROM (
       SELECT * FROM ${since(fromUs)} WHERE timestamp > $from
       QUALIFY row_number() OVER (PARTITION BY target_id, probe_id ORDER BY timestamp DESC, attempt DESC) = 1)
     WHERE NOT is_final_attempt AND outcome <> 'missed' ORDER BY timestamp, seq`,
    { from: instant(fromUs) },
  );
  return { failures: failures.flatMap(decodeEvents), brokenOff: brokenOff.flatMap(decodeEvents) };
}
