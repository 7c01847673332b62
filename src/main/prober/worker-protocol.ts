import type { ProbeResult } from '../../shared/domain/probe-event';
import type { ProbeTarget } from './prober';
import type { Before } from './schedule';

export type ToWorker =
  /** `before`: for a worker that begins where another left off. */
  | { kind: 'targets'; targets: readonly ProbeTarget[]; before?: Before }
  | { kind: 'once'; id: number; target: ProbeTarget }
  | { kind: 'stop'; graceMs: number };

export type FromWorker =
  | { kind: 'results'; results: ProbeResult[] }
  | { kind: 'beat'; beat: WorkerBeat }
  | { kind: 'once'; id: number; result: ProbeResult }
  /** A fault of ours while one target was probed, in words that may be logged. */
  | { kind: 'fault'; targetId: string; name: string }
  | { kind: 'stopped' };

/** Once a second: the sign of life, and what the second was like. */
export interface WorkerBeat {
  /** Attempts that ended. */
  finished: number;
  /** Probes under way. */
  inFlight: number;
  /** Scheduling lag of the first attempts started, ms. */
  lagsMs: number[];
}

export interface WorkerData {
  userAgent: string;
  /** Certificate authorities trusted besides the built-in ones, PEM. */
  extraCa: readonly string[];
}
