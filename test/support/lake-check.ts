import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

/** An independent reader of the lake's folders: plain DuckDB over the files, none of the product's code. */
export interface LakeCheck {
  /** Every (`probe_id`, `seq`) in the raw folder with how often it stands there. */
  rawKeys(): Promise<Map<string, number>>;
  /** Numbers below the highest `seq` of each prober that no row holds, in order. */
  missingSeqs(): Promise<string[]>;
  /** Rows whose response arrived, so that some server must have counted a request for them. */
  rowsWithResponse(): Promise<number>;
  /** Differences between the metrics folder and a recomputation in SQL from the raw folder, as readable lines. */
  windowDifferences(): Promise<string[]>;
  countRaw(): Promise<number>;
  /** The distinct distances between due instants of one target after its first, ms. */
  dueGaps(targetId: string): Promise<number[]>;
  /** Due instants that were not run, of targets whose URL holds `part`. */
  missed(part: string): Promise<number>;
  /** Probes that were run at instants which a row for a closed time says were missed. */
  contradicted(): Promise<number>;
  /** Due instants whose probes were run and could not be recorded. */
  givenUp(): Promise<number>;
  /** Pairs of windows of one target that share an instant. */
  overlappingWindows(): Promise<number>;
  /** Every record in the quarantine folder. */
  quarantined(): SetAside[];
  close(): void;
}

/** A line of a quarantine file. */
export interface SetAside {
  partition: number;
  offset: string;
  reason: string;
  detail: string;
}

/** Columns compared exactly; the floating-point ones within 1e-9 relative, since SQL sums in another order. */
const EXACT = [
  'end_time',
  'window_ms',
  'url',
  'total_pings',
  'error_count',
  'p50_latency',
  'p95_latency',
  'p99_latency',
  'min_latency',
  'max_latency',
  'latency_sum_us',
  'degraded_count',
  'unknown_count',
  'missed_count',
  'late_count',
  'retry_count',
  'censored_count',
];
const CLOSE = ['uptime_pct', 'avg_latency', 'coverage_pct'];

export async function openLakeCheck(lakeDirectory: string, windowMs: number): Promise<LakeCheck> {
  // Files are replaced under the same name: what DuckDB cached of one must not be taken for the other.
  const instance = await DuckDBInstance.create(':memory:', { enable_external_file_cache: 'false' });
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  const raw = `read_parquet('${join(lakeDirectory, 'lake1_raw')}/*/*.parquet', hive_partitioning = false)`;
  const metrics = `read_parquet('${join(lakeDirectory, 'lake2_metrics')}/*/*.parquet', hive_partitioning = false)`;

  const one = async (sql: string): Promise<number> => {
    const rows = await (await connection.runAndReadAll(sql)).getRowsJson();
    return Number(rows[0]?.[0] ?? 0);
  };

  return {
    async rawKeys() {
      const copies = copyOnce(join(lakeDirectory, 'lake1_raw'));
      try {
        if (copies.files === 0) return new Map();
        const rows = await connection.runAndReadAll(
          `SELECT probe_id, seq, count(*) FROM read_parquet('${copies.folder}/*.parquet') GROUP BY ALL`,
        );
        return new Map(rows.getRowsJson().map(([probe, seq, count]) => [`${probe},${seq}`, Number(count)]));
      } finally {
        rmSync(copies.folder, { recursive: true, force: true });
      }
    },
    async missingSeqs() {
      const rows = await connection.runAndReadAll(`
        WITH expected AS (SELECT probe_id, unnest(range(1, max(seq) + 1)) AS seq FROM ${raw} GROUP BY probe_id)
        SELECT probe_id, seq FROM expected ANTI JOIN ${raw} USING (probe_id, seq)
        ORDER BY probe_id, seq`);
      return rows.getRowsJson().map(([probe, seq]) => `${probe},${seq}`);
    },
    rowsWithResponse: () => one(`SELECT count(*) FROM ${raw} WHERE status_code IS NOT NULL`),
    countRaw: () => one(`SELECT count(*) FROM ${raw}`),
    async dueGaps(targetId) {
      // The first one came at once and the second took the target's phase.
      const rows = await connection.runAndReadAll(`
        SELECT DISTINCT gap FROM (
          SELECT (epoch_us("timestamp") - lag(epoch_us("timestamp")) OVER (ORDER BY "timestamp")) / 1000 AS gap,
            row_number() OVER (ORDER BY "timestamp") AS place
          FROM ${raw} WHERE target_id = '${targetId}' AND attempt = 1)
        WHERE place > 2 ORDER BY gap`);
      return rows.getRowsJson().map(([gap]) => Number(gap));
    },
    missed: (part) =>
      one(`SELECT coalesce(sum(coalesce(missed_count, 1)), 0) FROM ${raw}
        WHERE outcome = 'missed' AND contains(url, '${part}')`),
    contradicted: () =>
      one(`SELECT count(*) FROM ${raw} run JOIN ${raw} gap USING (target_id, probe_id)
        WHERE gap.failure_code = 'closed' AND run.outcome <> 'missed'
          AND run."timestamp" BETWEEN gap."timestamp" AND coalesce(gap.missed_until, gap."timestamp")`),
    givenUp: () =>
      one(`SELECT coalesce(sum(missed_count), 0) FROM ${raw} WHERE failure_code = 'not_recorded'`),
    overlappingWindows: () =>
      one(`SELECT count(*) FROM ${metrics} a JOIN ${metrics} b ON a.target_id = b.target_id
        AND a.probe_id = b.probe_id AND a.start_time < b.start_time AND b.start_time < a.end_time`),
    windowDifferences: () => windowDifferences(connection, raw, metrics, windowMs),
    quarantined: () => recordsIn(join(lakeDirectory, 'quarantine')),
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/**
 * Every file of a table folder read whole, once, into a folder of its own: DuckDB opens a file twice in one query and mixes two
 * when one is renamed over the other in between, as happens while the engine runs.
 */
function copyOnce(table: string): { folder: string; files: number } {
  const folder = mkdtempSync(join(tmpdir(), 'uptimer-check-'));
  const names = existsSync(table)
    ? readdirSync(table, { recursive: true })
        .map(String)
        .filter((name) => name.endsWith('.parquet'))
    : [];
  names.forEach((name, index) => {
    writeFileSync(join(folder, `${index}.parquet`), readFileSync(join(table, name)));
  });
  return { folder, files: names.length };
}

function recordsIn(folder: string): SetAside[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.jsonl'))
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').trim().split('\n'))
    .map((line) => JSON.parse(line) as SetAside);
}

async function windowDifferences(
  connection: DuckDBConnection,
  raw: string,
  metrics: string,
  windowMs: number,
): Promise<string[]> {
  const stepUs = windowMs * 1000;
  // One row per instant an event speaks of: itself, or each due instant that a missed row stands for.
  const instants = `
    SELECT *, CASE WHEN i = 0 THEN t0 ELSE t0 + CAST(round(i * (t1 - t0) / (n - 1)) AS BIGINT) END AS t
    FROM (
      SELECT *, unnest(range(n)) AS i FROM (
        SELECT *, epoch_us("timestamp") AS t0, coalesce(epoch_us(missed_until), epoch_us("timestamp")) AS t1,
          coalesce(missed_count, 1) AS n
        FROM ${raw}))`;
  const grouped = `
    SELECT target_id, probe_id, t // ${stepUs} AS step,
      arg_max(url, (t0, seq)) AS url,
      count(*) FILTER (measured) AS total_pings,
      count(*) FILTER (is_final_attempt AND outcome = 'down') AS error_count,
      count(*) FILTER (completed) AS completed_count,
      coalesce(sum(us) FILTER (completed), 0)::BIGINT AS latency_sum_us,
      list_sort(list(us) FILTER (completed)) AS sorted,
      count(*) FILTER (is_final_attempt AND failure_phase = 'timeout' AND outcome <> 'unknown') AS censored_count,
      count(*) FILTER (is_final_attempt AND outcome = 'degraded') AS degraded_count,
      count(*) FILTER (is_final_attempt AND outcome = 'unknown') AS unknown_count,
      count(*) FILTER (outcome = 'missed') AS missed_count,
      count(*) FILTER (late AND i = 0) AS late_count,
      count(*) FILTER (attempt > 1 AND outcome <> 'missed') AS retry_count
    FROM (
      SELECT *, is_final_attempt AND outcome IN ('up', 'degraded', 'down') AS measured,
        is_final_attempt AND outcome IN ('up', 'degraded', 'down') AND latency_ms IS NOT NULL
          AND (failure_phase IS NULL OR failure_phase = 'assertion') AS completed,
        CAST(round(latency_ms * 1000) AS BIGINT) AS us
      FROM (${instants}))
    GROUP BY target_id, probe_id, step`;
  const rank = (percent: number) =>
    `sorted[(${percent} * (completed_count + censored_count) + 99) // 100] / 1000.0 AS p${percent}_latency`;
  const expected = `
    SELECT *, make_timestamp(step * ${stepUs}) AS start_time, make_timestamp((step + 1) * ${stepUs}) AS end_time,
      ${windowMs} AS window_ms,
      100.0 * (total_pings - error_count) / nullif(total_pings, 0) AS uptime_pct,
      latency_sum_us / 1000.0 / nullif(completed_count, 0) AS avg_latency,
      sorted[1] / 1000.0 AS min_latency, sorted[-1] / 1000.0 AS max_latency, ${[50, 95, 99].map(rank).join(', ')},
      coalesce(100.0 * total_pings / nullif(total_pings + unknown_count + missed_count, 0), 0) AS coverage_pct
    FROM (${grouped})`;
  const differs = [
    ...EXACT.map((column) => `m.${column} IS DISTINCT FROM e.${column}`),
    ...CLOSE.map(
      (column) =>
        `((m.${column} IS NULL) <> (e.${column} IS NULL) OR abs(m.${column} - e.${column}) > 1e-9 * (1 + abs(e.${column})))`,
    ),
    'list_sum(m.hist_counts) IS DISTINCT FROM e.completed_count AND (e.completed_count > 0 OR len(m.hist_counts) > 0)',
  ].join(' OR ');
  const result = await connection.runAndReadAll(`
    SELECT coalesce(m.target_id, e.target_id), coalesce(m.start_time, e.start_time)::VARCHAR,
      CASE WHEN m.target_id IS NULL THEN 'missing' WHEN e.target_id IS NULL THEN 'unexplained' ELSE 'different' END,
      to_json({${EXACT.map((column) => `'${column}': [m.${column}::VARCHAR, e.${column}::VARCHAR]`).join(', ')}})
    FROM ${metrics} m FULL OUTER JOIN (${expected}) e
      ON m.target_id = e.target_id AND m.probe_id = e.probe_id AND m.start_time = e.start_time
    WHERE m.target_id IS NULL OR e.target_id IS NULL OR ${differs}
    ORDER BY 2, 1 LIMIT 20`);
  const doubled = await connection.runAndReadAll(
    `SELECT target_id, start_time::VARCHAR FROM ${metrics} GROUP BY target_id, probe_id, start_time HAVING count(*) > 1 LIMIT 20`,
  );
  return [
    ...result.getRowsJson().map((row) => row.join(' ')),
    ...doubled.getRowsJson().map(([target, start]) => `${target} ${start} doubled`),
  ];
}
