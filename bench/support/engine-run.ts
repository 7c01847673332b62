import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

/** One headless engine on a data folder of its own, as a user would run it. */
export interface EngineRun {
  readonly address: string;
  readonly pid: number;
  readonly lake: string;
  /** Stops cleanly: everything acknowledged is in the lake afterwards. */
  stop(): Promise<void>;
  /** Rows of a SQL question over the lake's folders; `RAW` and `METRICS` stand for the two tables. */
  ask(sql: string): Promise<number[][]>;
  remove(): void;
}

export interface EngineRunOptions {
  targets: { name: string; url: string; intervalMs: number; timeoutMs?: number }[];
  args?: string[];
  caFile?: string;
  /** Fills the data folder before the engine starts on it. */
  prepare?: (data: string) => Promise<void>;
}

export async function runEngine(options: EngineRunOptions): Promise<EngineRun> {
  const data = mkdtempSync(join(tmpdir(), 'uptimer-bench-'));
  const lake = join(data, 'datalake');
  mkdirSync(lake);
  const targets = options.targets.map((target) => ({ id: target.name, ...target }));
  writeFileSync(join(data, 'targets.json'), JSON.stringify({ version: 1, targets }));
  await options.prepare?.(data);
  const child = spawn(
    process.execPath,
    ['out/main/headless.js', '--data', data, '--port', '0', ...(options.args ?? [])],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...process.env,
        API_URL: '',
        UV_THREADPOOL_SIZE: '16',
        ...(options.caFile === undefined ? {} : { NODE_EXTRA_CA_CERTS: options.caFile }),
      },
    },
  );
  // A benchmark that fails leaves no engine behind.
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('close', () => process.off('exit', kill));
  const address = await addressOf(child);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return {
    address,
    pid: child.pid as number,
    lake,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
    ask: (sql) => askLake(lake, sql),
    remove: () => rmSync(data, { recursive: true, force: true }),
  };
}

/** Rows of a SQL question over the folders of a lake; `RAW` and `METRICS` stand for the two tables. */
export async function askLake(lake: string, sql: string): Promise<number[][]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const table = (name: string) => `read_parquet('${lake}/${name}/*/*.parquet', hive_partitioning = false)`;
  const text = sql.replaceAll('RAW', table('lake1_raw')).replaceAll('METRICS', table('lake2_metrics'));
  const result = await connection.runAndReadAll(text);
  const rows = result.getRowsJson().map((row) => row.map(Number));
  connection.closeSync();
  instance.closeSync();
  return rows;
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const found = /listening on (http:\/\/\S+)/.exec(output);
      if (found?.[1] !== undefined) resolve(found[1]);
    });
    child.once('close', () => reject(new Error(`the engine ended:\n${output}`)));
  });
}

/** Resident memory, MB, and CPU seconds used so far by a process (Linux). */
export function processCost(pid: number): { rssMb: number; cpuSeconds: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return {
    rssMb: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024,
    cpuSeconds: (Number(stat[11]) + Number(stat[12])) / 100,
  };
}

/** The most memory that a process ever had resident, MB (Linux). */
export function peakRssMb(pid: number): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

export const sleep = (ms: number): Promise<void> => new Promise((resume) => setTimeout(resume, ms));
