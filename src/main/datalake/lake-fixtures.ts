import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProbeEvent } from '../../shared/domain/probe-event';
import type { WindowRow } from '../../shared/domain/window-row';
import { createLogger } from '../platform/logger';
import { systemRandom } from '../platform/random';
import { createLake, type LakeOptions } from './create-lake';
import type { Lake, LakeWriter, Progress } from './lake';

/** 2026-01-15T10:00:00Z */
export const START_US = Date.UTC(2026, 0, 15, 10) * 1000;

/** A clock that tests move. */
export function createTestClock(nowUs = START_US): LakeOptions['clock'] & { nowUsValue: number } {
  const clock = {
    nowUsValue: nowUs,
    nowUs: () => clock.nowUsValue,
    monotonicMs: () => clock.nowUsValue / 1000,
  };
  return clock;
}

/** @param inMemory on a filesystem in memory where there is one: a test that makes thousands of files durable is quicker */
export async function withFolder<T>(work: (directory: string) => Promise<T>, inMemory = false): Promise<T> {
  const base = inMemory && existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  const directory = await mkdtemp(join(base, 'uptimer-lake-'));
  try {
    return await work(directory);
  } finally {
    // A lake that a failed test left open may still write: its failure is what is to be seen.
    await rm(directory, { recursive: true, force: true, maxRetries: 5 }).catch(() => undefined);
  }
}

/** A lake of one process, with its first partition at hand; closing that closes the lake. */
export type TestLake = Lake & { writer: LakeWriter };

export function newLake(directory: string, options: Partial<LakeOptions> = {}): TestLake {
  const lake = createLake({
    directory,
    clock: createTestClock(),
    random: systemRandom,
    logger: createLogger('silent'),
    ...options,
  });
  const writer = { ...lake.partition(0), close: () => lake.close() };
  return Object.defineProperty({ ...lake, writer }, 'partitions', { get: () => lake.partitions });
}

export function eventOf(seq: number, fields: Partial<ProbeEvent> = {}): ProbeEvent {
  const timestamp = fields.timestamp ?? START_US + seq * 1_000_000;
  return {
    timestamp,
    started_at: timestamp + 1200,
    target_id: 'shop',
    url: 'https://shop.example/health',
    probe_id: 'home-0a1b2c3d',
    seq,
    outcome: 'up',
    status_code: 200,
    latency_ms: 12.34,
    dns_ms: 1,
    connect_ms: 2,
    tls_ms: 3,
    ttfb_ms: 6,
    transfer_ms: 0.34,
    failure_phase: null,
    failure_code: null,
    failure_detail: null,
    attempt: 1,
    is_final_attempt: true,
    remote_ip: '192.0.2.1',
    http_version: '1.1',
    response_bytes: 512,
    missed_count: null,
    missed_until: null,
    late: false,
    config_version: 1,
    ...fields,
  };
}

export function windowOf(startUs: number, fields: Partial<WindowRow> = {}): WindowRow {
  return {
    start_time: startUs,
    end_time: startUs + 60_000_000,
    window_ms: 60_000,
    target_id: 'shop',
    probe_id: 'home-0a1b2c3d',
    url: 'https://shop.example/health',
    total_pings: 60,
    error_count: 0,
    uptime_pct: 100,
    avg_latency: 12.34,
    min_latency: 10,
    max_latency: 20,
    p50_latency: 12,
    p95_latency: 19,
    p99_latency: null,
    latency_sum_us: 740_400,
    degraded_count: 0,
    unknown_count: 0,
    missed_count: 0,
    coverage_pct: 100,
    late_count: 0,
    retry_count: 0,
    censored_count: 0,
    is_final: true,
    hist_scale: 5,
    hist_offset: 110,
    hist_counts: [1, 0, 59],
    ...fields,
  };
}

/** The log `test` was read up to `nextOffset`. */
export function placesAt(nextOffset: number): Progress['places'] {
  return { test: { nextOffset: String(nextOffset), lastRecord: null } };
}

export function progressOf(fields: Partial<Progress> = {}): Progress {
  return {
    places: {},
    lastSeq: {},
    aggregator: null,
    quarantined: {},
    lost: [],
    ...fields,
  };
}

export const noProgress = progressOf();

/** Asks one consistent view. `raw` and `windows` stand for the tables. */
export async function ask(
  lake: Lake,
  sql: (tables: { raw: string; windows: string }) => string,
): Promise<unknown[][]> {
  const view = await lake.views.acquire();
  const connection = await lake.views.connect();
  try {
    const result = await connection.runAndReadAll(sql({ raw: view.raw(), windows: view.windows() }));
    return result.getRowsJson();
  } finally {
    connection.closeSync();
    view.release();
  }
}
