import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../../test/support/eventually';
import { type MisbehavingServer, startMisbehavingServer } from '../../../test/support/misbehaving-server';
import type { ProbeResult } from '../../shared/domain/probe-event';
import { systemClock } from '../platform/clock';
import { contextOf, probeTargetOf } from './prober-fixtures';
import { WorkerLoop } from './worker-loop';
import type { FromWorker } from './worker-protocol';

/** Its second instant comes after half of it at the earliest: behind every standstill here. */
const LONG_MS = 120_000;

let server: MisbehavingServer;
beforeAll(async () => {
  server = await startMisbehavingServer();
});
afterAll(() => server.close());

/** A worker's loop in this thread, with clocks that can be set. */
function runLoop() {
  const offset = { wallMs: 0, monotonicMs: 0 };
  const clock = {
    nowUs: () => systemClock.nowUs() + offset.wallMs * 1000,
    monotonicMs: () => systemClock.monotonicMs() + offset.monotonicMs,
  };
  const messages: FromWorker[] = [];
  const context = { ...contextOf(), monotonicMs: clock.monotonicMs };
  const loop = new WorkerLoop(clock, context, (message) => messages.push(message));
  return {
    loop,
    offset,
    messages,
    setTargets: (...targets: ReturnType<typeof probeTargetOf>[]) =>
      loop.receive({ kind: 'targets', targets }),
    results: (): ProbeResult[] => messages.flatMap((one) => (one.kind === 'results' ? one.results : [])),
    async stop(graceMs = 500) {
      loop.receive({ kind: 'stop', graceMs });
      await eventually(() => messages.at(-1)?.kind).toBe('stopped');
    },
  };
}
let running: ReturnType<typeof runLoop>;
const begin = () => {
  running = runLoop();
  return running;
};
afterEach(async () => {
  if (running.messages.at(-1)?.kind !== 'stopped') await running.stop();
});

describe("a worker's loop", () => {
  it('probes at the instants that are due, every one once', async () => {
    const { setTargets, results } = begin();
    setTargets(probeTargetOf({ id: 'a', url: server.url('/ok'), intervalMs: 200 }));
    await eventually(() => results().length).toBeGreaterThanOrEqual(5);
    const rows = results();
    for (const row of rows) {
      expect(row).toMatchObject({ target_id: 'a', outcome: 'up', attempt: 1, is_final_attempt: true });
      expect(row.started_at).toBeGreaterThanOrEqual(row.timestamp);
    }
    const gaps = rows.slice(2).map((row, index) => row.timestamp - (rows[index + 1]?.timestamp ?? 0));
    for (const gap of gaps) expect(gap % 200_000).toBe(0);
  });

  it('keeps every retry; all share the instant, and the last one performed is final', async () => {
    const { setTargets, results } = begin();
    const fields = { retries: 2, retryDelayMs: 20, intervalMs: 60_000 };
    setTargets(
      probeTargetOf({ id: 'down', url: server.url('/status/500'), ...fields }),
      probeTargetOf({ id: 'up', url: server.url('/ok'), ...fields }),
    );
    await eventually(() => results().length).toBe(4);
    const down = results().filter((row) => row.target_id === 'down');
    expect(down.map((row) => [row.attempt, row.is_final_attempt])).toEqual([
      [1, false],
      [2, false],
      [3, true],
    ]);
    expect(new Set(down.map((row) => row.timestamp)).size).toBe(1);
    expect((down[1]?.started_at ?? 0) - (down[0]?.started_at ?? 0)).toBeGreaterThan(20_000);
    expect(results().filter((row) => row.target_id === 'up')).toMatchObject([
      { attempt: 1, is_final_attempt: true },
    ]);
  });

  it('says what a target misses for want of a secret', async () => {
    const { setTargets, results } = begin();
    const target = probeTargetOf({ id: 'a', url: server.url('/ok'), intervalMs: 60_000 });
    setTargets({ ...target, request: { missingSecret: 'API_KEY' } });
    await eventually(results).toMatchObject([
      { outcome: 'missed', failure_code: 'secret_missing', missed_count: 1 },
    ]);
  });

  it('answers a single probe at once, recorded nowhere, even without its secret', async () => {
    const { loop, messages } = begin();
    const target = probeTargetOf({ id: 'a', url: server.url('/status/500'), retries: 3 });
    loop.receive({ kind: 'once', id: 1, target });
    loop.receive({ kind: 'once', id: 2, target: { ...target, request: { missingSecret: 'API_KEY' } } });
    await eventually(() => messages.filter(({ kind }) => kind === 'once').length).toBe(2);
    expect(messages).toContainEqual(
      expect.objectContaining({
        id: 1,
        result: expect.objectContaining({ failure_code: 'unexpected_status' }),
      }),
    );
    expect(messages).toContainEqual(
      expect.objectContaining({ id: 2, result: expect.objectContaining({ failure_code: 'secret_missing' }) }),
    );
  });

  it('calls a probe that was under way while everything stood still not measured, instead of down', async () => {
    const { setTargets, results, offset } = begin();
    const before = server.requests.length;
    setTargets(
      probeTargetOf({ id: 'a', url: server.url('/hang'), timeoutMs: 4000, intervalMs: LONG_MS, retries: 2 }),
    );
    await eventually(() => server.requests.length).toBe(before + 1);
    offset.wallMs += 30_000;
    offset.monotonicMs += 30_000;
    await eventually(() => results().length).toBe(1);
    expect(results()).toMatchObject([
      { outcome: 'missed', failure_code: 'asleep', missed_count: 1, attempt: 1, is_final_attempt: true },
    ]);
  });

  it('does not take a retry after a standstill for the instant before it', async () => {
    const { setTargets, results, offset } = begin();
    const fields = { retries: 1, retryDelayMs: 300, intervalMs: LONG_MS };
    setTargets(probeTargetOf({ id: 'a', url: server.url('/status/500'), ...fields }));
    await eventually(() => results().length).toBe(1);
    const before = server.requests.length;
    offset.wallMs += 30_000;
    offset.monotonicMs += 30_000;
    await eventually(() => results().length).toBe(2);
    expect(server.requests.length).toBe(before);
    const [failed, after] = results();
    expect(failed).toMatchObject({ outcome: 'down', attempt: 1, is_final_attempt: false });
    expect(after).toMatchObject({
      outcome: 'missed',
      failure_code: 'asleep',
      attempt: 2,
      is_final_attempt: true,
    });
    expect(after?.timestamp).toBe(failed?.timestamp);
  });

  it('leaves a gap when the wall clock goes ahead, and tells it before the next probe', async () => {
    const { setTargets, results, offset } = begin();
    setTargets(probeTargetOf({ id: 'a', url: server.url('/ok'), intervalMs: 500 }));
    await eventually(() => results().length).toBeGreaterThanOrEqual(2);
    offset.wallMs += 60_000;
    await eventually(() => results().filter(({ outcome }) => outcome === 'missed').length).toBe(1);
    const atGap = results().findIndex(({ outcome }) => outcome === 'missed');
    await eventually(() => results().length).toBeGreaterThan(atGap + 2);
    const [last, gap, next] = results().slice(atGap - 1, atGap + 2);
    expect(gap).toMatchObject({ failure_code: 'asleep', timestamp: (last?.timestamp ?? 0) + 500_000 });
    expect(next?.timestamp).toBe((gap?.missed_until ?? 0) + 500_000);
    expect(gap?.missed_count).toBeGreaterThanOrEqual(119);
  });

  it('waits for the probes under way when it is stopped, and gives up those that take too long', async () => {
    const { setTargets, results, stop } = begin();
    const before = server.requests.length;
    setTargets(
      probeTargetOf({ id: 'slow', url: server.url('/slow/200'), intervalMs: 60_000 }),
      probeTargetOf({ id: 'stuck', url: server.url('/hang'), intervalMs: 60_000 }),
    );
    await eventually(() => server.requests.length).toBe(before + 2);
    await stop(400);
    expect(results().map((row) => [row.target_id, row.outcome, row.failure_code])).toEqual([
      ['slow', 'up', null],
      ['stuck', 'missed', 'closed'],
    ]);
  });

  it('survives a target it cannot make a request of, names it, and counts the instant as missed', async () => {
    const { setTargets, results, messages } = begin();
    const target = probeTargetOf({ id: 'a', url: server.url('/ok'), intervalMs: 60_000 });
    setTargets({ ...target, request: { url: 'not a url with hunter2', headers: {}, body: null } });
    await eventually(results).toMatchObject([{ outcome: 'missed', failure_code: 'worker_crashed' }]);
    expect(messages).toContainEqual({ kind: 'fault', targetId: 'a', name: 'TypeError' });
    expect(JSON.stringify(messages)).not.toContain('hunter2');
  });

  it('tells a fault that every probe meets once', async () => {
    const { setTargets, results, messages } = begin();
    const target = probeTargetOf({ id: 'a', url: server.url('/ok'), intervalMs: 200 });
    setTargets({ ...target, request: { url: 'not a url', headers: {}, body: null } });
    await eventually(() => results().length).toBeGreaterThan(2);
    expect(messages.filter(({ kind }) => kind === 'fault')).toHaveLength(1);
  });

  it('gives a sign of life every second, with what the second was like', async () => {
    const { setTargets, messages } = begin();
    setTargets(probeTargetOf({ id: 'a', url: server.url('/ok'), intervalMs: 200 }));
    await eventually(() => messages.find(({ kind }) => kind === 'beat')).toMatchObject({
      beat: { finished: expect.any(Number), inFlight: expect.any(Number), lagsMs: expect.any(Array) },
    });
  });
});
