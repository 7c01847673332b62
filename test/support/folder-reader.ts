import { DuckDBInstance } from '@duckdb/node-api';

/**
 * Run as a process of its own: reads both table folders over and over, as a foreign tool would, and prints a line of
 * JSON for whatever a reader must never see. Ends when its standard input does.
 */
const lake = process.argv[2] as string;
// DuckDB's cache of file contents mixes a replaced file with the one before: the READMEs tell users to turn it off.
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
while (running) {
  for (const { folder, key } of tables) {
    try {
      const result = await connection.runAndReadAll(
        `SELECT count(*) - (SELECT count(*) FROM (SELECT DISTINCT ${key} FROM rows)) FROM rows`.replace(
          /^/,
          `WITH rows AS MATERIALIZED (SELECT * FROM read_parquet('${lake}/${folder}/*/*.parquet')) `,
        ),
      );
      const doubled = Number(result.getRowsJson()[0]?.[0]);
      if (doubled !== 0) process.stdout.write(`${JSON.stringify({ folder, doubled })}\n`);
      scans += 1;
    } catch (error) {
      const message = String(error);
      // Before the first flush there is no file to read.
      if (!message.includes('No files found'))
        process.stdout.write(`${JSON.stringify({ folder, message })}\n`);
    }
  }
  await new Promise((resume) => setTimeout(resume, 20));
}
process.stdout.write(`${JSON.stringify({ scans })}\n`);
