import type { ProbePoint } from '../../shared/contract/pushes';
import type { ProbeEvent } from '../../shared/domain/probe-event';
import type { Clock } from '../platform/clock';
import { createEmitter } from './emitter';
import { PointRing } from './point-ring';

/** How much of the past a new subscriber gets, and how many points at most. */
const KEPT_US = 5 * 60_000_000;
const KEPT_POINTS = 20_000;

/** The last minutes of acknowledged attempts in memory, and whoever listens to new ones. */
export interface ProbePoints {
  apply(events: readonly ProbeEvent[]): void;
  recent(): ProbePoint[];
  listen(onPoints: (points: ProbePoint[]) => void): () => void;
  clear(): void;
}

/** What waited somewhere for longer than that is history by the time it comes: it stands in the lake, and makes no push. */
export function createProbePoints(clock: Clock): ProbePoints {
  const ring = new PointRing(KEPT_POINTS);
  const added = createEmitter<ProbePoint[]>();

  return {
    apply(events) {
      const fromUs = clock.nowUs() - KEPT_US;
      const fresh = events.filter((event) => (event.missed_until ?? event.timestamp) >= fromUs);
      for (const event of fresh) ring.push(event);
      if (added.hasListeners && fresh.length > 0) added.emit(fresh.map(pointOf));
    },
    recent: () => ring.newest(KEPT_US),
    listen: added.listen,
    clear: () => ring.clear(),
  };
}

/** An attempt as subscribers get it. */
export function pointOf(event: ProbeEvent): ProbePoint {
  return {
    targetId: event.target_id,
    probeId: event.probe_id,
    timestampUs: event.timestamp,
    seq: event.seq,
    outcome: event.outcome,
    latencyMs: event.latency_ms,
    phasesMs: [event.dns_ms, event.connect_ms, event.tls_ms, event.ttfb_ms, event.transfer_ms],
    statusCode: event.status_code,
    failureCode: event.failure_code,
    attempt: event.attempt,
    isFinalAttempt: event.is_final_attempt,
    missedUntilUs: event.missed_until,
  };
}
