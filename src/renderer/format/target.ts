import type { TargetView } from '../../shared/contract/commands';
import type { TargetState } from '../../shared/contract/questions';
import type { StateName } from './state';

/** What a target is called: its name, or else its address. */
export const titleOf = (target: Pick<TargetView, 'name' | 'displayUrl'>) =>
  target.name === '' ? target.displayUrl : target.name;

export function stateOf(target: TargetView, states: ReadonlyMap<string, TargetState>): StateName {
  return target.paused ? 'paused' : (states.get(target.id)?.state ?? 'noData');
}
