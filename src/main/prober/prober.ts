import type { ProbeResult } from '../../shared/domain/probe-event';
import type { Target } from '../../shared/domain/target';

/** A target as only the prober sees it: with every secret resolved. Never logged, stored or pushed. */
export interface ProbeTarget {
  /** The configuration; its `url`, `headers` and `body` still hold `${env:NAME}`. */
  target: Target;
  /** What may be stored and shown. */
  displayUrl: string;
  /** Resolved request parts, or the name of the variable that is not set. */
  request: { url: string; headers: Record<string, string>; body: string | null } | { missingSecret: string };
}

/** Where the schedule of a target stood when the engine last ran, from the lake; for gap rows (I6). */
export interface LastDue {
  targetId: string;
  /** Due instant of the newest event, µs (its `missed_until` for a missed row). */
  timestampUs: number;
}

export interface ProberStats {
  workers: { index: number; targets: number; restarts: number; alive: boolean }[];
  /** Attempts finished in the last whole second. */
  probesPerSecond: number;
  inFlight: number;
  lagP50Ms: number | null;
  lagP99Ms: number | null;
  missed: number;
}

export interface Prober {
  /** Starts the workers; first hands over one `missed` row per target and UTC day for the time since `lastDue`. */
  start(targets: readonly ProbeTarget[], lastDue: readonly LastDue[]): Promise<void>;
  /** Applies a change of the target list; targets whose `configVersion` did not change keep their ticks. */
  setTargets(targets: readonly ProbeTarget[]): void;
  /** One probe outside the schedule, recorded nowhere ("test now"). */
  probeOnce(target: ProbeTarget): Promise<ProbeResult>;
  /** Stops scheduling, waits for running probes up to `graceMs`, drops the rest. Idempotent. */
  stop(graceMs?: number): Promise<void>;
  /** Stops and starts every worker; the gap is `missed`. */
  restart(): Promise<void>;
  stats(): ProberStats;
}
