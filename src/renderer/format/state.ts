import type { TargetState } from '../../shared/contract/questions';
import type { Language } from '../stores/settings-store';
import type { Texts } from '../texts/texts';
import { latencyText } from './number';

export type StateName = TargetState['state'];

/** Worst first: the order in which targets want attention. */
export const ATTENTION: readonly StateName[] = [
  'down',
  'degraded',
  'unknown',
  'noData',
  'missed',
  'up',
  'paused',
];

/** The roles of `tokens.css`; what is not measured shares one. */
export const STATE_ROLE: Record<StateName, 'up' | 'degraded' | 'down' | 'unknown' | 'missed'> = {
  up: 'up',
  degraded: 'degraded',
  down: 'down',
  unknown: 'unknown',
  missed: 'missed',
  noData: 'missed',
  paused: 'missed',
};

export interface Failure {
  phase: string | null;
  code: string | null;
  detail: string | null;
  statusCode: number | null;
}

/** A failure in words: "TLS: certificate expired". */
export function failureText(failure: Failure, { states }: Texts): string {
  if (failure.code === 'unexpected_status' && failure.statusCode !== null) {
    return states.unexpectedStatus(failure.statusCode);
  }
  const what =
    (failure.code === null ? undefined : states.ofCode[failure.code]) ??
    failure.detail ??
    states.failureUnknown;
  const phase = failure.phase === null ? undefined : states.phaseOf[failure.phase];
  return phase === undefined ? what : states.inPhase(phase, what);
}

/** Why the target is in the state it is, or null where there is nothing to explain. */
export function reasonText(state: TargetState, texts: Texts, language: Language): string | null {
  if (state.state === 'down' && state.lastFailure !== null) return failureText(state.lastFailure, texts);
  if (state.state === 'degraded' && state.latencyMs !== null) {
    return texts.states.slow(latencyText(state.latencyMs, language));
  }
  return null;
}
