import { isElsewhere } from '../format/kafka';
import type { StateName } from '../format/state';
import type { ShownTarget } from '../format/target';
import { useHealth } from '../stores/health-store';

/** Whether there is no live state of a target here because another aggregator has it. */
export function useElsewhere(target: ShownTarget, state: StateName): boolean {
  return useHealth(({ health }) => {
    if (state !== 'noData' || health === null || health.kafka === null) return false;
    // Of what is measured here the state is known here, whoever aggregates it.
    const measuresIt = target.remote !== true && health.role !== 'aggregator';
    return !measuresIt && isElsewhere(target.id, health.kafka);
  });
}
