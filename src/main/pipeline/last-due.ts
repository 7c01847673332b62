import type { ProbeEvent } from '../../shared/domain/probe-event';
import type { LastDue } from '../prober/prober';

/** Only what this prober measured tells where its schedule stood. */
export function lastDueOf(newest: readonly ProbeEvent[], probeId: string): LastDue[] {
  return newest
    .filter((event) => event.probe_id === probeId)
    .map((event) => ({ targetId: event.target_id, timestampUs: event.missed_until ?? event.timestamp }));
}
