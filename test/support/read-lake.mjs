// Reads a lake as a user's own script does, with the Node that runs this: prints the rows and targets of both tables.
import { DuckDBInstance } from '@duckdb/node-api';

const lake = process.argv[2];
const connection = await (await DuckDBInstance.create(':memory:')).connect();
const result = await connection.runAndReadAll(`
  SELECT (SELECT count(*) FROM read_parquet('${lake}/lake1_raw/*/*.parquet')) AS rows,
    (SELECT count(DISTINCT target_id) FROM read_parquet('${lake}/lake1_raw/*/*.parquet')) AS targets,
    (SELECT sum(total_pings) FROM read_parquet('${lake}/lake2_metrics/*/*.parquet')) AS pings`);
const [[rows, targets, pings]] = result.getRowsJson();
process.stdout.write(
  JSON.stringify({ node: process.version, rows: Number(rows), targets, pings: Number(pings) }),
);
