import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { createLake } from '../../src/main/datalake/create-lake';
import type { Failpoint } from '../../src/main/datalake/disk-step';
import type { Lake } from '../../src/main/datalake/lake';
import { createTestClock } from '../../src/main/datalake/lake-fixtures';
import {
  createRepartition,
  type RepartitionRun,
} from '../../src/main/datalake/repartition/create-repartition';
import { createEmbeddedEventLog } from '../../src/main/event-log/embedded-event-log';
import type { EventLog } from '../../src/main/event-log/event-log';
import { BASE_US, resultOf } from '../../src/main/event-log/event-log-fixtures';
import { createPartitionedReader } from '../../src/main/event-log/partitioned-reader';
import { spreadWindows } from '../../src/main/headless/spread-windows';
import { createStreamJob } from '../../src/main/pipeline/create-stream-job';
import type { StreamJob } from '../../src/main/pipeline/stream-job';
import { createLogger } from '../../src/main/platform/logger';
import { systemRandom } from '../../src/main/platform/random';
import type { AggregatorSnapshot } from '../../src/main/windowing/aggregator';
import { partitionOf } from '../../src/shared/domain/partition';
import type { ProbeResult } from '../../src/shared/domain/probe-event';
import { openLakeCheck } from './lake-check';

export const WINDOW_MS = 60_000;
const logger = createLogger('silent');

/** A lake with its embedded log, fed by stream jobs as the engine does it. */
export interface Story {
  readonly directory: string;
  readonly lakeDirectory: string;
  append(results: readonly ProbeResult[]): Promise<void>;
  /** Runs a job for every partition of the lake until all of the log is in it. @param end how they end */
  consume(partitions: number, end: 'stop' | 'drop'): Promise<void>;
  /** Runs and flushes some of the partitions only. */
  consumeSome(partitions: number, only: readonly number[]): Promise<void>;
  close(): Promise<void>;
}

export async function tellStory(base = tmpdir()): Promise<Story> {
  const directory = mkdtempSync(join(base, 'uptimer-spread-'));
  const lakeDirectory = join(directory, 'datalake');
  const clock = createTestClock(BASE_US + 86_400_000_000);
  const common = { clock, random: systemRandom, logger };
  const log: EventLog = createEmbeddedEventLog({
    ...common,
    directory: join(directory, 'log'),
    proberName: 'test',
  });
  await log.start();

  const jobOf = (lake: Lake<AggregatorSnapshot>, partition: number): StreamJob => {
    const reader = createPartitionedReader(log, () => lake.partitions);
    return createStreamJob({
      ...common,
      readers: () => [reader],
      partition,
      partitions: lake.partitions,
      drains: true,
      writer: lake.partition(partition),
      settings: () => ({ windowMs: WINDOW_MS, watermarkMs: 60_000, flushMs: 600_000 }),
      onFlushed: () => undefined,
      onFlushFailed: (error) => {
        throw error;
      },
      onWindows: () => undefined,
      onMaintenance: () => undefined,
      onNotice: () => undefined,
      onStreamFailed: () => undefined,
      onFailed: () => undefined,
    });
  };
  const run = async (partitions: number, only: readonly number[], end: 'stop' | 'drop'): Promise<void> => {
    const lake = createLake<AggregatorSnapshot>({
      ...common,
      directory: lakeDirectory,
      partitions,
      sealRows: 40,
    });
    await lake.open();
    const jobs = only.map((partition) => jobOf(lake, partition));
    for (const job of jobs) await job.start();
    for (const job of jobs) await job.flush();
    for (const job of jobs) await job[end]();
    await lake.close();
  };

  return {
    directory,
    lakeDirectory,
    append: async (results) => void (await log.append(results)),
    consume: (partitions, end) =>
      run(
        partitions,
        Array.from({ length: partitions }, (_, partition) => partition),
        end,
      ),
    consumeSome: (partitions, only) => run(partitions, only, 'drop'),
    close: () => log.stop(),
  };
}

export const TARGETS = Array.from({ length: 12 }, (_, index) => `target-${index}`);

/** Probes of several targets, some late, some missed, from the second `from` on. */
export function someResults(from: number, count: number, seed: number): ProbeResult[] {
  return Array.from({ length: count }, (_, index) => {
    const pick = (index * 7919 + seed * 104_729) % 1009;
    const second = from + index - (pick % 11 === 0 ? pick % 300 : 0);
    const target_id = TARGETS[pick % TARGETS.length] ?? '';
    const gap = pick % 29 === 0;
    return resultOf(Math.max(0, second), {
      target_id,
      ...(pick % 13 === 0 && !gap ? { outcome: 'down' as const } : {}),
      ...(gap
        ? {
            outcome: 'missed' as const,
            status_code: null,
            latency_ms: null,
            missed_count: 5,
            missed_until: BASE_US + (Math.max(0, second) + 100) * 1_000_000,
          }
        : {}),
    });
  });
}

/** Changes the number of partitions as the command does, without its questions. */
export async function repartition(
  lakeDirectory: string,
  to: number,
  options: { failpoint?: Failpoint; check?: RepartitionRun<AggregatorSnapshot>['check'] } = {},
): Promise<void> {
  const work = createRepartition<AggregatorSnapshot>({
    directory: lakeDirectory,
    clock: createTestClock(BASE_US + 90_000_000_000),
    random: systemRandom,
    logger,
    ...(options.failpoint === undefined ? {} : { failpoint: options.failpoint }),
  });
  try {
    await work.look();
    await work.run({
      to,
      topic: null,
      check: options.check ?? (async () => undefined),
      spread: (old) => spreadWindows(old, to, 'the lengths differ'),
      onProgress: () => undefined,
    });
  } finally {
    await work.close();
  }
}

/** Both tables as a stranger reads them from the folders, as lines that compare equal when the rows do. */
export async function readTables(lakeDirectory: string): Promise<{ raw: string[]; windows: string[] }> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  const lines = async (table: string): Promise<string[]> => {
    const files = `read_parquet('${lakeDirectory}/${table}/*/*.parquet', hive_partitioning = false)`;
    const found = await connection
      .runAndReadAll(`SELECT to_json(t)::VARCHAR FROM ${files} t ORDER BY 1`)
      .catch((error: unknown) => {
        if (error instanceof Error && error.message.includes('No files found')) return null;
        throw error;
      });
    return (found?.getRowsJS() ?? []).map(([line]) => String(line));
  };
  try {
    return { raw: await lines('lake1_raw'), windows: await lines('lake2_metrics') };
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Rows that stand in a file of another partition than their target belongs to. */
export async function misplaced(lakeDirectory: string, partitions: number): Promise<string[]> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  const wrong: string[] = [];
  try {
    for (const table of ['lake1_raw', 'lake2_metrics']) {
      const found = await connection
        .runAndReadAll(
          `SELECT DISTINCT target_id, filename FROM read_parquet('${lakeDirectory}/${table}/*/*.parquet', filename = true, hive_partitioning = false)`,
        )
        .catch(() => null);
      for (const [target, file] of found?.getRowsJS() ?? []) {
        const stands = Number(/uptimer-p(\d+)-/.exec(String(file))?.[1]);
        if (partitionOf(String(target), partitions) !== stands) wrong.push(`${target} in ${file}`);
      }
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
  return wrong;
}

/** Differences between windows and their recomputation, and rows that are missing or doubled. */
export async function faultsOf(lakeDirectory: string): Promise<string[]> {
  const check = await openLakeCheck(lakeDirectory, WINDOW_MS);
  try {
    const doubled = [...(await check.rawKeys())].filter(([, count]) => count !== 1).map(([key]) => key);
    return [...doubled, ...(await check.missingSeqs()), ...(await check.windowDifferences())];
  } finally {
    check.close();
  }
}
