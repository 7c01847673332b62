import { describe, expect, it } from 'vitest';
import type { ProberState, TargetState } from '../../shared/contract/questions';
import { disputeOf, proberName, seenBy } from './prober';

const said = (probeId: string, state: ProberState['state'], latencyMs: number | null = null) =>
  ({ probeId, state, latencyMs }) as ProberState;
const stateOf = (probers: ProberState[], probeId = 'lima-00000001') =>
  ({ targetId: 'shop', probeId, state: 'down', latencyMs: 1, probers }) as unknown as TargetState;

describe('the name of a prober', () => {
  const known = ['lima-00000001', 'madrid-00000002', 'madrid-00000003'].map((probeId) => ({ probeId }));
  it('leaves out the digits it was born with, unless another has the same name', () => {
    expect(proberName('lima-00000001', known)).toBe('lima');
    expect(proberName('madrid-00000002', known)).toBe('madrid-00000002');
    expect(proberName('rack 7', known)).toBe('rack 7');
  });
});

describe('a target as one prober sees it', () => {
  it('is what all say where one prober is all there is, and nothing to another', () => {
    const state = stateOf([]);
    expect(seenBy(state, 'lima-00000001')).toBe(state);
    expect(seenBy(state, 'madrid-00000002')).toBeUndefined();
    expect(seenBy(state, null)).toBe(state);
  });

  it('is what that one says of several', () => {
    const state = stateOf([said('lima-00000001', 'down'), said('madrid-00000002', 'up', 200)]);
    expect(seenBy(state, 'madrid-00000002')).toMatchObject({ state: 'up', latencyMs: 200, targetId: 'shop' });
  });
});

describe('a dispute', () => {
  it('is one only among those who learned something', () => {
    expect(disputeOf(stateOf([said('a', 'up'), said('b', 'up')]))).toBeNull();
    expect(disputeOf(stateOf([said('a', 'up'), said('b', 'unknown'), said('c', 'noData')]))).toBeNull();
    const spoke = disputeOf(stateOf([said('a', 'up'), said('b', 'down'), said('c', 'noData')]));
    expect(spoke?.map(({ probeId }) => probeId)).toEqual(['a', 'b']);
  });
});
