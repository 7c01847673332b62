import type { Health } from '../../shared/contract/health';
import type { KafkaHealth } from '../../shared/contract/kafka';
import type { TargetState } from '../../shared/contract/questions';
import type { WindowRow } from '../../shared/domain/window-row';
import type { BoardData } from './board-data';

/** 2026-01-02 12:04:05 UTC: what every board of the tests is read at. */
export const NOW_US = Date.UTC(2026, 0, 2, 12, 4, 5) * 1000;
export const SECOND_US = 1_000_000;

export function healthAt(changes: { [S in keyof Health]?: Partial<Health[S]> } = {}): Health {
  const base: Health = {
    nowUs: NOW_US,
    startedUs: NOW_US - 3600 * SECOND_US,
    probeId: 'host-0a1b2c3d',
    role: 'all',
    kafka: null,
    logSwitch: null,
    version: '0.1.0',
    prober: {
      workers: [{ index: 0, targets: 1, restarts: 0, alive: true }],
      probesPerSecond: 1,
      inFlight: 0,
      lagP50Ms: 0.2,
      lagP99Ms: 1,
      missed: 0,
    },
    log: {
      kind: 'embedded',
      appended: 3600,
      waiting: 5,
      fileBytes: 1_000_000,
      unwritten: 0,
      unwrittenBytes: 0,
      notRecorded: 0,
    },
    windows: {
      watermarkUs: NOW_US - 61 * SECOND_US,
      open: 2,
      written: 59,
      lateEvents: 0,
      dirty: 0,
      duplicates: 0,
      windowMs: 60_000,
      watermarkMs: 60_000,
      pendingWindow: null,
    },
    lake: {
      rawRows: 3600,
      rawFiles: 2,
      rawBytes: 60_000,
      windowRows: 59,
      windowFiles: 1,
      windowBytes: 10_000,
      unflushedRows: 5,
      fromUs: NOW_US - 3600 * SECOND_US,
      toUs: NOW_US,
      lastFlushUs: NOW_US - 5 * SECOND_US,
      lastFlushDurationMs: 30,
      path: '/data/datalake',
      foreignFiles: 0,
    },
    process: { rssBytes: 120_000_000, cpuPct: 3, eventLoopDelayP99Ms: 1 },
    notices: [],
  };
  return {
    ...base,
    prober: { ...base.prober, ...changes.prober },
    log: { ...base.log, ...changes.log },
    windows: { ...base.windows, ...changes.windows },
    ...(changes.role === undefined ? {} : { role: changes.role }),
    ...(changes.kafka === undefined ? {} : { kafka: changes.kafka as Health['kafka'] }),
    ...(changes.logSwitch === undefined ? {} : { logSwitch: changes.logSwitch as Health['logSwitch'] }),
    notices: (changes.notices as Health['notices'] | undefined) ?? [],
  };
}

/** Three partitions on one broker, with probes on their way. */
export function kafkaAt(changes: Partial<KafkaHealth> = {}): KafkaHealth {
  return {
    brokers: ['localhost:9092'],
    topic: 'probe-events.v1',
    group: 'uptimer',
    clusterId: 'MkU3OEVBNTcwNTJENDM2Qk',
    connection: { state: 'connected', sinceUs: NOW_US - 7_260 * SECOND_US, problem: null },
    forwarder: {
      backlog: 12,
      backlogBytes: 4_300,
      oldestUs: NOW_US - SECOND_US,
      shipped: 310_204,
      shippedPerSecond: 42.6,
      lastAckUs: NOW_US - SECOND_US,
    },
    partitions: [120, 20, null].map((lag, partition) => ({
      partition,
      owned: lag !== null,
      nextOffset: lag === null ? null : '1204000',
      endOffset: '1204120',
      lag,
      watermarkUs: NOW_US - 61 * SECOND_US,
      idle: false,
      eventsPerSecond: 7.4,
    })),
    heldBackBy: null,
    unusedPartitions: [],
    quarantine: [],
    lost: [],
    ...changes,
  };
}

export function stateAt(targetId: string, changes: Partial<TargetState> = {}): TargetState {
  return {
    targetId,
    url: `https://${targetId}.example/`,
    state: 'up',
    sinceUs: NOW_US - 754 * SECOND_US,
    lastEventUs: NOW_US,
    latencyMs: 150.23,
    statusCode: 200,
    errorsLastMinute: 0,
    lastFailure: null,
    remote: false,
    probeId: 'home-0a1b2c3d',
    probers: [],
    ...changes,
  };
}

/** @param minutesAgo 0 = the window that is open now */
export function windowAt(targetId: string, minutesAgo: number, changes: Partial<WindowRow> = {}): WindowRow {
  const minute = Math.floor(NOW_US / (60 * SECOND_US)) - minutesAgo;
  return {
    start_time: minute * 60 * SECOND_US,
    end_time: (minute + 1) * 60 * SECOND_US,
    window_ms: 60_000,
    target_id: targetId,
    probe_id: 'host-0a1b2c3d',
    url: `https://${targetId}.example/`,
    total_pings: minutesAgo === 0 ? 5 : 60,
    error_count: 0,
    uptime_pct: 100,
    avg_latency: 150.5 + minutesAgo,
    min_latency: 100,
    max_latency: 300,
    p50_latency: 150,
    p95_latency: 240.75,
    p99_latency: 290,
    latency_sum_us: 9_030_000,
    degraded_count: 0,
    unknown_count: 0,
    missed_count: 0,
    coverage_pct: 100,
    late_count: 0,
    retry_count: 0,
    censored_count: 0,
    is_final: minutesAgo > 1,
    hist_scale: 5,
    hist_offset: 0,
    hist_counts: [],
    ...changes,
  };
}

export function boardData(changes: Partial<BoardData> = {}): BoardData {
  return {
    nowUs: NOW_US,
    targets: [],
    states: [],
    windows: [],
    windowsProcessed: 0,
    health: healthAt(),
    address: null,
    ...changes,
  };
}
