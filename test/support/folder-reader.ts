import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

/**
 * Run as a process of its own: reads both table folders over and over, as a foreign tool would (list, then open every
 * file once), and prints a line of JSON for whatever a reader must never see. Ends when its standard input does.
 *
 * DuckDB alone opens every file twice in one query, for its footer and for its rows, and mixes two files when one was
 * renamed over the other in between; so each file is read whole, once, and DuckDB is given the copies.
 */
const lake = process.argv[2] as string;
const copies = mkdtempSync(join(tmpdir(), 'uptimer-reader-'));
const instance = await DuckDBInstance.create(':memory:', {
  threads: '1',
  enable_external_file_cache: 'false',
});
const connection = await instance.connect();
let scans = 0;
let running = true;
process.stdin.resume().on('end', () => {
  running = false;
});

const tables = [
  { folder: 'lake1_raw', key: 'probe_id, seq' },
  { folder: 'lake2_metrics', key: 'target_id, probe_id, start_time' },
];

function filesOf(folder: string): string[] {
  try {
    return readdirSync(join(lake, folder), { recursive: true })
      .map(String)
      .filter((name) => name.endsWith('.parquet'));
  } catch {
    return [];
  }
}

while (running) {
  for (const { folder, key } of tables) {
    const files = filesOf(folder);
    if (files.length === 0) continue;
    const into = join(copies, String(scans));
    try {
      mkdirSync(into);
      files.forEach((name, index) => {
        writeFileSync(join(into, `${index}.parquet`), readFileSync(join(lake, folder, name)));
      });
      const result = await connection.runAndReadAll(
        `WITH rows AS MATERIALIZED (SELECT ${key} FROM read_parquet('${into}/*.parquet'))
         SELECT count(*) - (SELECT count(*) FROM (SELECT DISTINCT * FROM rows)) FROM rows`,
      );
      const doubled = Number(result.getRowsJson()[0]?.[0]);
      if (doubled !== 0) process.stdout.write(`${JSON.stringify({ folder, doubled })}\n`);
      scans += 1;
    } catch (error) {
      process.stdout.write(`${JSON.stringify({ folder, message: String(error) })}\n`);
    }
    rmSync(into, { recursive: true, force: true });
  }
  await new Promise((resume) => setTimeout(resume, 20));
}
rmSync(copies, { recursive: true, force: true });
process.stdout.write(`${JSON.stringify({ scans })}\n`);
