import type { ProbePoint } from '../../shared/contract/pushes';
import { FAILURE_CODES, OUTCOMES } from '../../shared/domain/outcome';
import type { ProbeEvent } from '../../shared/domain/probe-event';

/** dns, connect, tls, ttfb, transfer. */
const PHASES = 5;
const NONE = 255;
const NO_STATUS = -1;

/**
 * The newest `capacity` attempts, oldest first, in columns of fixed size: what it costs (88 bytes each) it costs from the
 * beginning, and nothing of it is left to the garbage collector.
 */
export class PointRing {
  private readonly targetIds: string[];
  private readonly probeIds: string[];
  private readonly timestamps: Float64Array;
  private readonly seqs: Float64Array;
  /** NaN = null, here and below. */
  private readonly latencies: Float64Array;
  private readonly phases: Float64Array;
  private readonly missedUntil: Float64Array;
  private readonly statuses: Int16Array;
  private readonly outcomes: Uint8Array;
  private readonly failures: Uint8Array;
  private readonly attempts: Uint8Array;
  private readonly finals: Uint8Array;
  private written = 0;

  constructor(private readonly capacity: number) {
    this.targetIds = new Array<string>(capacity).fill('');
    this.probeIds = new Array<string>(capacity).fill('');
    this.timestamps = new Float64Array(capacity);
    this.seqs = new Float64Array(capacity);
    this.latencies = new Float64Array(capacity);
    this.phases = new Float64Array(capacity * PHASES);
    this.missedUntil = new Float64Array(capacity);
    this.statuses = new Int16Array(capacity);
    this.outcomes = new Uint8Array(capacity);
    this.failures = new Uint8Array(capacity);
    this.attempts = new Uint8Array(capacity);
    this.finals = new Uint8Array(capacity);
  }

  push(event: ProbeEvent): void {
    const at = this.written % this.capacity;
    this.written += 1;
    this.targetIds[at] = event.target_id;
    this.probeIds[at] = event.probe_id;
    this.timestamps[at] = event.timestamp;
    this.seqs[at] = event.seq;
    this.latencies[at] = event.latency_ms ?? Number.NaN;
    this.phases[at * PHASES] = event.dns_ms ?? Number.NaN;
    this.phases[at * PHASES + 1] = event.connect_ms ?? Number.NaN;
    this.phases[at * PHASES + 2] = event.tls_ms ?? Number.NaN;
    this.phases[at * PHASES + 3] = event.ttfb_ms ?? Number.NaN;
    this.phases[at * PHASES + 4] = event.transfer_ms ?? Number.NaN;
    this.missedUntil[at] = event.missed_until ?? Number.NaN;
    this.statuses[at] = event.status_code ?? NO_STATUS;
    this.outcomes[at] = OUTCOMES.indexOf(event.outcome);
    this.failures[at] = event.failure_code === null ? NONE : FAILURE_CODES.indexOf(event.failure_code);
    this.attempts[at] = event.attempt;
    this.finals[at] = event.is_final_attempt ? 1 : 0;
  }

  /** Those due at most `spanUs` before the newest, oldest first. */
  newest(spanUs: number): ProbePoint[] {
    const points: ProbePoint[] = [];
    const fromUs = (this.timestamps[(this.written - 1) % this.capacity] ?? 0) - spanUs;
    for (let index = Math.max(0, this.written - this.capacity); index < this.written; index += 1) {
      const at = index % this.capacity;
      if ((this.timestamps[at] ?? 0) >= fromUs) points.push(this.pointAt(at));
    }
    return points;
  }

  clear(): void {
    this.written = 0;
  }

  private pointAt(at: number): ProbePoint {
    const status = this.statuses[at] ?? NO_STATUS;
    const phaseMs = (phase: number): number | null => nullable(this.phases[at * PHASES + phase]);
    return {
      targetId: this.targetIds[at] ?? '',
      probeId: this.probeIds[at] ?? '',
      timestampUs: this.timestamps[at] ?? 0,
      seq: this.seqs[at] ?? 0,
      outcome: OUTCOMES[this.outcomes[at] ?? 0] ?? 'missed',
      latencyMs: nullable(this.latencies[at]),
      phasesMs: [phaseMs(0), phaseMs(1), phaseMs(2), phaseMs(3), phaseMs(4)],
      statusCode: status === NO_STATUS ? null : status,
      failureCode: FAILURE_CODES[this.failures[at] ?? NONE] ?? null,
      attempt: this.attempts[at] ?? 1,
      isFinalAttempt: this.finals[at] === 1,
      missedUntilUs: nullable(this.missedUntil[at]),
    };
  }
}

function nullable(number: number | undefined): number | null {
  return number === undefined || Number.isNaN(number) ? null : number;
}
