import { describe, expect, it } from 'vitest';
import type { ProbeEvent } from '../../shared/domain/probe-event';
import { targetSchema } from '../../shared/domain/target';
import { jointState } from './joint-state';
import { emptyMemory, patienceOf, remember, saidState, type TargetMemory } from './target-state';

const SECOND_US = 1_000_000;
const T0 = 1_700_000_000 * SECOND_US;
const target = targetSchema.parse({ id: 'a', url: 'http://127.0.0.1/', intervalMs: 1000, timeoutMs: 2000 });
const stateOf = (memory: TargetMemory, nowUs: number) => saidState(memory, patienceOf(target), nowUs);

function event(second: number, more: Partial<ProbeEvent> = {}): ProbeEvent {
  return {
    timestamp: T0 + second * SECOND_US,
    started_at: T0 + second * SECOND_US,
    target_id: 'a',
    url: 'http://127.0.0.1/',
    probe_id: 'p-00000000',
    seq: second + 1,
    outcome: 'up',
    status_code: 200,
    latency_ms: 10,
    dns_ms: null,
    connect_ms: 1,
    tls_ms: null,
    ttfb_ms: 8,
    transfer_ms: 1,
    failure_phase: null,
    failure_code: null,
    failure_detail: null,
    attempt: 1,
    is_final_attempt: true,
    remote_ip: '127.0.0.1',
    http_version: '1.1',
    response_bytes: 2,
    missed_count: null,
    missed_until: null,
    late: false,
    config_version: 1,
    ...more,
  };
}
const down = { outcome: 'down', failure_phase: 'connect', failure_code: 'connection_refused' } as const;
const at = (second: number) => T0 + second * SECOND_US;

describe('the state of a target', () => {
  it('is "no data" before the first event', () => {
    expect(stateOf(emptyMemory(), at(0))).toMatchObject({ state: 'noData', sinceUs: null });
  });

  it('is the outcome of the newest final attempt, since the first of its run', () => {
    const memory = emptyMemory();
    for (const second of [0, 1]) remember(memory, event(second), at(30));
    for (const second of [2, 3, 4]) remember(memory, event(second, down), at(30));
    expect(stateOf(memory, at(4))).toMatchObject({
      state: 'down',
      sinceUs: at(2),
      lastFailure: { timestampUs: at(4), code: 'connection_refused' },
    });
  });

  it('does not change with an attempt that will be retried', () => {
    const memory = emptyMemory();
    remember(memory, event(0), at(30));
    remember(memory, event(1, { ...down, is_final_attempt: false }), at(30));
    expect(stateOf(memory, at(1))).toMatchObject({ state: 'up', errorsLastMinute: 0 });
  });

  it('becomes "no data" once the newest attempt is older than two intervals and the timeout', () => {
    const memory = emptyMemory();
    remember(memory, event(0), at(30));
    expect(stateOf(memory, at(4)).state).toBe('up');
    expect(stateOf(memory, at(4) + 1).state).toBe('noData');
  });

  it('is down, not unmeasured, while every probe hangs until its timeout and overruns the next ones', () => {
    const memory = emptyMemory();
    const overrun = {
      outcome: 'missed',
      failure_code: 'overrun',
      latency_ms: null,
      status_code: null,
    } as const;
    const timeout = { outcome: 'down', failure_phase: 'timeout', failure_code: 'timeout_response' } as const;
    // A timeout of 2 s at an interval of 1 s: each probe stands in the way of one instant, told when it ends.
    for (let second = 0; second < 20; second += 2) {
      remember(memory, event(second, timeout), at(30));
      remember(
        memory,
        event(second + 1, { ...overrun, missed_count: 1, missed_until: at(second + 1) }),
        at(30),
      );
      for (const later of [2, 3, 4]) {
        expect(stateOf(memory, at(second + later)).state).toBe('down');
      }
    }
    expect(stateOf(memory, at(30)).state).toBe('noData');
  });

  it('is what is measured now, also after the clock was ahead for a while', () => {
    const memory = emptyMemory();
    remember(memory, event(7200), at(7200));
    expect(stateOf(memory, at(7200)).state).toBe('up');
    // Two hours back.
    expect(stateOf(memory, at(3)).state).toBe('noData');
    remember(memory, event(4, down), at(4));
    expect(stateOf(memory, at(4))).toMatchObject({ state: 'down', sinceUs: at(4) });
  });

  it('is "missed" when nothing but overruns comes for long', () => {
    const memory = emptyMemory();
    remember(memory, event(0), at(30));
    for (let second = 1; second < 12; second += 1) {
      remember(
        memory,
        event(second, { outcome: 'missed', failure_code: 'overrun', missed_until: at(second) }),
        at(30),
      );
      expect(stateOf(memory, at(second)).state).toBe(second <= 6 ? 'up' : 'missed');
    }
  });

  it('counts down events in (now − 60 s, now]', () => {
    const memory = emptyMemory();
    for (const second of [0, 30, 60]) remember(memory, event(second, down), at(30));
    expect(stateOf(memory, at(60) - 1).errorsLastMinute).toBe(2);
    expect(stateOf(memory, at(60)).errorsLastMinute).toBe(2);
    expect(stateOf(memory, at(90)).errorsLastMinute).toBe(1);
    expect(stateOf(memory, at(120)).errorsLastMinute).toBe(0);
  });

  it('keeps an older event that came late from changing the state', () => {
    const memory = emptyMemory();
    remember(memory, event(10), at(30));
    remember(memory, event(5, down), at(30));
    expect(stateOf(memory, at(10))).toMatchObject({ state: 'up', errorsLastMinute: 1 });
  });

  it('says paused for a paused target whatever came before', () => {
    const memory = emptyMemory();
    remember(memory, event(0), at(30));
    const paused = { ...target, paused: true };
    const identity = { targetId: 'a', url: target.url, ownProbeId: 'p-00000000' };
    expect(jointState(new Map([['p-00000000', memory]]), paused, identity, at(0)).state).toBe('paused');
  });
});
