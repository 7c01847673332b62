import type { ProberEntry } from '../../shared/contract/overview';
import type { ProberState, TargetState } from '../../shared/contract/questions';

const BIRTH_MARK = /-[0-9a-f]{8}$/;

/** What a prober is called: its name without the random digits, or its whole id where two share the name. */
export function proberName(probeId: string, probers: readonly Pick<ProberEntry, 'probeId'>[]): string {
  const name = probeId.replace(BIRTH_MARK, '');
  const isShared = probers.some(
    (one) => one.probeId !== probeId && one.probeId.replace(BIRTH_MARK, '') === name,
  );
  return isShared || name === '' ? probeId : name;
}

/** A target as one prober sees it; undefined when that one has not measured it lately. @param probeId null = all together */
export function seenBy(state: TargetState | undefined, probeId: string | null): TargetState | undefined {
  if (state === undefined || probeId === null) return state;
  if (state.probers.length === 0) return state.probeId === probeId ? state : undefined;
  const said = state.probers.find((one) => one.probeId === probeId);
  return said === undefined ? undefined : { ...state, ...said, probers: [] };
}

const LEARNED: ReadonlySet<string> = new Set(['up', 'degraded', 'down']);

/** Who says what, when those who learned anything do not say the same; otherwise null. */
export function disputeOf(state: TargetState | undefined): readonly ProberState[] | null {
  const spoke = (state?.probers ?? []).filter((one) => LEARNED.has(one.state));
  return new Set(spoke.map((one) => one.state)).size > 1 ? spoke : null;
}
