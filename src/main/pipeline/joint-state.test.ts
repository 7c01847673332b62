import { describe, expect, it } from 'vitest';
import type { TargetState } from '../../shared/contract/questions';
import type { ProbeEvent } from '../../shared/domain/probe-event';
import { targetSchema } from '../../shared/domain/target';
import { createTestClock, eventOf, START_US } from '../datalake/lake-fixtures';
import { createLiveState } from './live-state';
import { listProbers } from './prober-list';

const SECOND_US = 1_000_000;
const [LIMA, MADRID] = ['lima-00000001', 'madrid-00000002'];
const at = (second: number) => START_US + second * SECOND_US;
const refused = { outcome: 'down', latency_ms: null, failure_code: 'connection_refused' } as const;
const shop = targetSchema.parse({
  id: 'shop',
  url: 'http://shop.example/',
  intervalMs: 1000,
  timeoutMs: 2000,
});

/** We are Lima and watch `shop`; Madrid watches `shop` and others. */
function watched(targets = [shop]) {
  const clock = createTestClock();
  const live = createLiveState({
    clock,
    targets: () => targets,
    displayUrlOf: ({ url }) => url,
    ownProbeId: () => LIMA,
  });
  let seq = 0;
  const tell = (second: number, probe_id: string, more: Partial<ProbeEvent> = {}): void => {
    seq += 1;
    clock.nowUsValue = Math.max(clock.nowUsValue, at(second));
    live.apply([eventOf(seq, { timestamp: at(second), probe_id, ...more })]);
  };
  const state = (targetId = 'shop') => live.current().find((one) => one.targetId === targetId);
  return { clock, live, tell, state };
}

describe('a target that two probers measure', () => {
  it('is down while one of them says so, and names it, whoever spoke last', () => {
    const { tell, state } = watched();
    for (let second = 0; second < 6; second += 1) {
      tell(second, LIMA, { latency_ms: 20 });
      expect(second === 0 || state()?.state === 'down').toBe(true);
      tell(second, MADRID, refused);
      expect(state()).toMatchObject({ state: 'down', probeId: MADRID, sinceUs: at(0), remote: false });
    }
    expect(state()).toMatchObject({
      errorsLastMinute: 6,
      lastFailure: { code: 'connection_refused', timestampUs: at(5) },
      probers: [
        { probeId: LIMA, state: 'up', latencyMs: 20, lastEventUs: at(5), errorsLastMinute: 0 },
        { probeId: MADRID, state: 'down', latencyMs: null, lastEventUs: at(5), errorsLastMinute: 6 },
      ],
    });
  });

  it('is up since the last of them said so, with our own latency among equals', () => {
    const { tell, state } = watched();
    tell(0, LIMA, { latency_ms: 20 });
    tell(1, MADRID, refused);
    tell(2, MADRID, { latency_ms: 200 });
    tell(3, LIMA, { latency_ms: 21 });
    expect(state()).toMatchObject({ state: 'up', probeId: LIMA, latencyMs: 21, sinceUs: at(2) });
    expect(state()?.lastFailure).toMatchObject({ timestampUs: at(1) });
  });

  it('is what the others say while one has learned nothing or has fallen silent', () => {
    const { clock, tell, state } = watched();
    tell(0, MADRID, refused);
    tell(1, LIMA, { outcome: 'unknown', latency_ms: null });
    expect(state()).toMatchObject({ state: 'down', probeId: MADRID });
    for (let second = 2; second < 70; second += 1) tell(second, LIMA, { latency_ms: 20 });
    expect(state()).toMatchObject({
      state: 'up',
      probeId: LIMA,
      probers: [{ state: 'up' }, { state: 'noData' }],
    });
    clock.nowUsValue = at(3600);
    expect(state()).toMatchObject({ state: 'noData', lastEventUs: at(69) });
  });

  it('is that of one prober alone once the other has been silent for an hour', () => {
    const { tell, state } = watched();
    tell(0, MADRID, refused);
    tell(3601, LIMA, { latency_ms: 20 });
    expect(state()).toMatchObject({ state: 'up', probeId: LIMA, probers: [] });
  });

  it('is paused when it is paused here', () => {
    const { tell, state } = watched([{ ...shop, paused: true }]);
    tell(0, MADRID, refused);
    tell(1, LIMA);
    expect(state()).toMatchObject({ state: 'paused', sinceUs: null, probers: [{}, {}] });
  });

  it('is heard of by prober', () => {
    const { live, tell } = watched();
    tell(0, LIMA);
    tell(5, MADRID);
    tell(3, MADRID, { target_id: 'mail' });
    const inLake = [{ probeId: MADRID, fromUs: at(-60), toUs: at(0), targetIds: ['shop', 'old'] }];
    expect(listProbers(inLake, live.probers(), LIMA)).toEqual([
      { probeId: LIMA, fromUs: at(0), toUs: at(0), targets: 1, own: true },
      { probeId: MADRID, fromUs: at(-60), toUs: at(5), targets: 3, own: false },
    ]);
  });
});

describe('a target that is not configured here', () => {
  it('is remote when another prober measures it, and keeps its state for a minute', () => {
    const { clock, tell, state } = watched();
    tell(0, MADRID, { target_id: 'mail', url: 'http://mail.example/' });
    expect(state('mail')).toMatchObject({
      state: 'up',
      remote: true,
      url: 'http://mail.example/',
      probers: [],
    });
    clock.nowUsValue = at(60);
    expect(state('mail')?.state).toBe('up');
    clock.nowUsValue = at(61);
    expect(state('mail')?.state).toBe('noData');
  });

  it('is gone when only we measured it, and what we measured of it counts no more', () => {
    const { tell, state } = watched();
    tell(0, LIMA, { target_id: 'mail', ...refused });
    expect(state('mail')).toBeUndefined();
    tell(1, MADRID, { target_id: 'mail' });
    expect(state('mail')).toMatchObject({ state: 'up', remote: true, errorsLastMinute: 0, probers: [] });
  });
});

describe('events that waited for longer than two minutes', () => {
  it('make no push of their own, and are told at the next second', () => {
    const { clock, live, tell } = watched();
    const pushed: TargetState[][] = [];
    live.listen((states) => pushed.push(states));
    tell(0, LIMA);
    expect(pushed).toHaveLength(1);
    clock.nowUsValue = at(1000);
    tell(1, MADRID, refused);
    tell(2, LIMA);
    expect(pushed).toHaveLength(1);
    live.age();
    expect(pushed[1]).toMatchObject([{ state: 'noData', lastEventUs: at(2), errorsLastMinute: 0 }]);
    live.age();
    expect(pushed).toHaveLength(2);
  });
});
