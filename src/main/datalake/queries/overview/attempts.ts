import type { Phases, ProbeDetail, Recent } from '../../../../shared/contract/overview';
import type { Outcome } from '../../../../shared/domain/outcome';
import type { ProbesAsked, SeriesAsked } from '../../lake-queries';
import { decodeEvents, eventColumns } from '../../raw-decoder';
import type { Question } from '../question';
import { instant, integer, type SqlValues, text } from '../sql-values';

const MAX_POINTS = 2000;
/** Of one target and prober: more than a sparkline has pixels for, however short the interval. */
const MAX_RECENT = 600;
const SECOND_US = 1_000_000;

/** SQL and its value: the rows of one prober only, or of all. */
function ofProber(probeId: string | null): { sql: string; values: SqlValues } {
  if (probeId === null) return { sql: '', values: {} };
  return { sql: ' AND probe_id = $prober', values: { prober: text(probeId) } };
}

/** The newest final attempts since `fromUs` of every target and prober, at most 600 of each, in columns, ascending. */
export async function recent(
  { session, view }: Question,
  fromUs: number,
  probeId: string | null,
): Promise<Recent> {
  const only = ofProber(probeId);
  const range = { fromUs, toUs: Number.MAX_SAFE_INTEGER };
  const found = await session.query(
    // Names only in the last row of each: told for every row they would cost more than all the rest.
    `SELECT CASE WHEN back = 1 THEN target_id END AS target, CASE WHEN back = 1 THEN probe_id END AS prober,
       "timestamp", latency_ms, outcome
     FROM (SELECT *, row_number() OVER (PARTITION BY target_id, probe_id ORDER BY "timestamp" DESC, seq DESC) AS back
           FROM ${view.raw(range)} WHERE is_final_attempt AND "timestamp" >= $from${only.sql})
     WHERE back <= $limit
     ORDER BY target_id, probe_id, back DESC`,
    { ...only.values, from: instant(fromUs), limit: integer(MAX_RECENT) },
  );
  const [instants, latencies] = [found.numbers('timestamp'), found.nullableNumbers('latency_ms')];
  // The column holds what the prober wrote: one of the five.
  const outcomes = found.texts('outcome') as Outcome[];
  const probers = found.nullableTexts('prober');
  const all: Recent = [];
  let start = 0;
  found.nullableTexts('target').forEach((targetId, row) => {
    if (targetId === null) return;
    const columns = {
      timestampUs: instants.slice(start, row + 1),
      latencyMs: latencies.slice(start, row + 1),
      outcome: outcomes.slice(start, row + 1),
    };
    all.push({ targetId, probeId: probers[row] ?? '', ...columns });
    start = row + 1;
  });
  return all;
}

/** Attempts of one target with everything recorded of them, newest first, retries included. */
export async function probes(
  { session, view }: Question,
  { targetId, probeId = null, range, limit }: ProbesAsked,
): Promise<ProbeDetail[]> {
  const only = ofProber(probeId);
  const chunks = await session.chunks(
    `SELECT ${eventColumns} FROM (
       SELECT * FROM ${view.raw(range)} WHERE target_id = $target AND "timestamp" >= $from AND "timestamp" < $to${only.sql}
       ORDER BY "timestamp" DESC, seq DESC LIMIT $limit) ORDER BY "timestamp" DESC, seq DESC`,
    {
      ...only.values,
      target: text(targetId),
      from: instant(range.fromUs),
      to: instant(range.toUs),
      limit: integer(limit),
    },
  );
  return chunks.flatMap(decodeEvents).map(({ late: _late, target_id: _id, url: _url, ...detail }) => detail);
}

/**
 * The mean of each phase per bucket over completed final attempts; with few attempts, each of them, those of
 * several probers at one instant as one. A mean of phases adds up to the
 * mean latency, which a percentile would not.
 */
export async function phases(
  { session, view }: Question,
  { targetId, range, width, probeId = null }: SeriesAsked,
): Promise<Phases> {
  const only = ofProber(probeId);
  const limit = Math.min(2 * width, MAX_POINTS);
  const from = `FROM ${view.raw(range)} WHERE target_id = $target AND "timestamp" >= $from AND "timestamp" < $to
    AND is_final_attempt AND latency_ms IS NOT NULL${only.sql}`;
  const values = {
    ...only.values,
    target: text(targetId),
    from: instant(range.fromUs),
    to: instant(range.toUs),
  };
  const counted = (await session.query(`SELECT count(*)::DOUBLE AS n ${from}`, values)).numbers('n')[0] ?? 0;
  const bucketUs =
    counted <= limit ? null : Math.ceil((range.toUs - range.fromUs) / limit / SECOND_US) * SECOND_US;
  const at =
    bucketUs === null ? 'epoch_us("timestamp")' : `epoch_us("timestamp") // ${bucketUs} * ${bucketUs}`;
  const found = await session.query(
    `SELECT (${at})::DOUBLE AS at, avg(dns_ms) AS dns, avg(connect_ms) AS connect, avg(tls_ms) AS tls, avg(ttfb_ms) AS ttfb,
       avg(transfer_ms) AS transfer, count(*)::DOUBLE AS n ${from} GROUP BY 1 ORDER BY 1`,
    values,
  );
  return {
    bucketUs,
    timestampUs: found.numbers('at'),
    dnsMs: found.nullableNumbers('dns'),
    connectMs: found.nullableNumbers('connect'),
    tlsMs: found.nullableNumbers('tls'),
    ttfbMs: found.nullableNumbers('ttfb'),
    transferMs: found.nullableNumbers('transfer'),
    count: found.numbers('n'),
  };
}
