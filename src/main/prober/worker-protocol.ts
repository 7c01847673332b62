import type { ProbeResult } from '../../shared/domain/probe-event';
import type { ProbeTarget } from './prober';

export type ToWorker =
  | { kind: 'targets'; targets: readonly ProbeTarget[] }
  | { kind: 'once'; id: number; target: ProbeTarget }
  | { kind: 'stop'; graceMs: number };

export type FromWorker =
  | { kind: 'results'; results: ProbeResult[] }
  | { kind: 'beat'; beat: WorkerBeat }
  | { kind: 'once'; id: number; result: ProbeResult }
  | { kind: 'stopped' };

/** Once a second: the sign of life, and what the second was like. */
export interface WorkerBeat {
  finished: number;
  inFlight: number;
  missed: number;
  /** Scheduling lag of the first attempts started, ms. */
  lagsMs: number[];
}

export interface WorkerData {
  userAgent: string;
  /** Certificate authorities trusted besides the built-in ones, PEM. */
  extraCa: readonly string[];
}
