import type { Phases, ProbeDetail, Recent } from '../../../../shared/contract/overview';
import type { Range, SeriesQuestion } from '../../../../shared/contract/questions';
import type { Outcome } from '../../../../shared/domain/outcome';
import { decodeEvents, eventColumns } from '../../raw-decoder';
import type { Question } from '../question';
import { instant, integer, text } from '../sql-values';

const MAX_POINTS = 2000;
/** More than a sparkline has pixels for, however short the interval. */
const MAX_RECENT_PER_TARGET = 600;
const SECOND_US = 1_000_000;

/** The newest final attempts since `fromUs` of every target, at most 600 of each, in columns, ascending. */
export async function recent({ session, view }: Question, fromUs: number): Promise<Recent> {
  const range = { fromUs, toUs: Number.MAX_SAFE_INTEGER };
  const found = await session.query(
    `SELECT target_id, "timestamp", latency_ms, outcome FROM ${view.raw(range)}
     WHERE is_final_attempt AND "timestamp" >= $from
     QUALIFY row_number() OVER (PARTITION BY target_id ORDER BY "timestamp" DESC, seq DESC) <= $limit
     ORDER BY target_id, "timestamp", seq`,
    { from: instant(fromUs), limit: integer(MAX_RECENT_PER_TARGET) },
  );
  const columns = new Map<string, Recent[number]>();
  const [instants, latencies] = [found.numbers('timestamp'), found.nullableNumbers('latency_ms')];
  const outcomes = found.texts('outcome');
  found.texts('target_id').forEach((targetId, row) => {
    const of = columns.get(targetId) ?? { targetId, timestampUs: [], latencyMs: [], outcome: [] };
    columns.set(targetId, of);
    of.timestampUs.push(instants[row] ?? 0);
    of.latencyMs.push(latencies[row] ?? null);
    // The column holds what the prober wrote: one of the five.
    of.outcome.push(outcomes[row] as Outcome);
  });
  return [...columns.values()];
}

/** Attempts of one target with everything recorded of them, newest first, retries included. */
export async function probes(
  { session, view }: Question,
  { targetId, range, limit }: { targetId: string; range: Range; limit: number },
): Promise<ProbeDetail[]> {
  const chunks = await session.chunks(
    `SELECT ${eventColumns} FROM (
       SELECT * FROM ${view.raw(range)} WHERE target_id = $target AND "timestamp" >= $from AND "timestamp" < $to
       ORDER BY "timestamp" DESC, seq DESC LIMIT $limit) ORDER BY "timestamp" DESC, seq DESC`,
    { target: text(targetId), from: instant(range.fromUs), to: instant(range.toUs), limit: integer(limit) },
  );
  return chunks
    .flatMap(decodeEvents)
    .map(({ late: _late, target_id: _id, probe_id: _probe, url: _url, ...detail }) => detail);
}

/**
 * The mean of each phase per bucket over completed final attempts; with few attempts, each of them. A mean of phases adds up to the
 * mean latency, which a percentile would not.
 */
export async function phases(
  { session, view }: Question,
  { targetId, range, width }: SeriesQuestion,
): Promise<Phases> {
  const limit = Math.min(2 * width, MAX_POINTS);
  const from = `FROM ${view.raw(range)} WHERE target_id = $target AND "timestamp" >= $from AND "timestamp" < $to
    AND is_final_attempt AND latency_ms IS NOT NULL`;
  const values = { target: text(targetId), from: instant(range.fromUs), to: instant(range.toUs) };
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
