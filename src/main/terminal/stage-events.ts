import type { Stage } from '../../shared/contract/health';
import type { ProbeEvent } from '../../shared/domain/probe-event';
import type { WindowRow } from '../../shared/domain/window-row';
import type { SubscriberReport } from '../bridge/push-hub';
import type { CallReport } from '../bridge/router';

/** What each stage has to tell, one event a line. */
export interface StageEvents {
  prober: Pick<
    ProbeEvent,
    | 'target_id'
    | 'outcome'
    | 'status_code'
    | 'latency_ms'
    | 'failure_phase'
    | 'failure_code'
    | 'attempt'
    | 'missed_count'
  >;
  /** One durable transaction. */
  log: { firstSeq: number; lastSeq: number; durationMs: number };
  /** One window that became durable. */
  windows: Pick<
    WindowRow,
    'target_id' | 'end_time' | 'total_pings' | 'error_count' | 'uptime_pct' | 'avg_latency' | 'is_final'
  >;
  lake:
    | { kind: 'flush'; rows: number; windows: number; durationMs: number }
    | { kind: 'merge'; inputs: number; rows: number; durationMs: number };
  ui: ({ kind: 'call' } & CallReport) | SubscriberReport;
}

/** Every stage of `--log` has its events. */
export type StageName = Stage & keyof StageEvents;
