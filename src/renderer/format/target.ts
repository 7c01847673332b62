import type { TargetView } from '../../shared/contract/commands';
import type { TargetState } from '../../shared/contract/questions';
import { targetDraftSchema } from '../../shared/domain/target';
import { seenBy } from './prober';
import type { StateName } from './state';

/** A target of a list: one that is configured here, or one that another prober measures. */
export interface ShownTarget extends TargetView {
  /** Configured elsewhere: nothing of it can be edited here, and its settings are unknown. */
  remote?: true;
}

/** What a target is called: its name, or else its address. */
export const titleOf = (target: Pick<TargetView, 'name' | 'displayUrl'>) =>
  target.name === '' ? target.displayUrl : target.name;

/** @param probeId null = as all probers together see it */
export function stateOf(
  target: TargetView,
  states: ReadonlyMap<string, TargetState>,
  probeId: string | null = null,
): StateName {
  if (probeId !== null) return seenBy(states.get(target.id), probeId)?.state ?? 'noData';
  return target.paused ? 'paused' : (states.get(target.id)?.state ?? 'noData');
}

let unknownSettings: ReturnType<typeof targetDraftSchema.parse> | null = null;

/** What is known of a target that is configured elsewhere: its id and the address it was measured under. */
export function remoteTarget({ targetId, url }: TargetState): ShownTarget {
  unknownSettings ??= targetDraftSchema.parse({ url: 'http://elsewhere.invalid/' });
  const displayUrl = url === '' ? targetId : url;
  return { ...unknownSettings, id: targetId, configVersion: 1, url, displayUrl, remote: true };
}
