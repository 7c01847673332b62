import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../shared/contract/app-error';
import type { ProbeEvent, ProbeResult } from '../../shared/domain/probe-event';
import { systemClock } from '../platform/clock';
import { createLogger } from '../platform/logger';
import { systemRandom } from '../platform/random';
import { createEmbeddedEventLog } from './embedded-event-log';
import type { EventLog } from './event-log';
import { BASE_US, resultOf, resultOfEvent, resultsOf } from './event-log-fixtures';
import { createRecorder, type Recorder, type RecorderOptions } from './recorder';

/** A real log in front of which writes can be refused and held up. */
class GatedLog implements Pick<EventLog, 'append'> {
  readonly batches: (readonly ProbeEvent[])[] = [];
  readonly startedMs: number[] = [];
  refuses: AppError | null = null;
  attempts = 0;
  delayMs = 0;
  readonly #log: EventLog;

  constructor(log: EventLog) {
    this.#log = log;
  }

  async append(results: readonly ProbeResult[]): Promise<readonly ProbeEvent[]> {
    this.attempts += 1;
    this.startedMs.push(performance.now());
    if (this.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.delayMs));
    if (this.refuses !== null) throw this.refuses;
    const events = await this.#log.append(results);
    this.batches.push(events);
    return events;
  }

  get events(): ProbeEvent[] {
    return this.batches.flat();
  }
}

const full = new AppError('no_space', 'The disk is full.', { domain: 'external', retry: 'backoff' });

describe('the recorder', () => {
  let folder: string;
  let embedded: EventLog;
  let log: GatedLog;
  let acknowledged: ProbeEvent[];
  let signals: string[];
  let recorder: Recorder;

  const build = (change: Partial<RecorderOptions> = {}): Recorder =>
    createRecorder({
      log,
      clock: systemClock,
      logger: createLogger('silent'),
      onAcknowledged: (events) => acknowledged.push(...events),
      onStalled: (error) => signals.push(`stalled: ${error.code}`),
      onRecovered: () => signals.push('recovered'),
      ...change,
    });

  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
  };

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'uptimer-recorder-'));
    embedded = createEmbeddedEventLog({
      directory: join(folder, 'event-log'),
      proberName: 'test',
      random: systemRandom,
      clock: systemClock,
      logger: createLogger('silent'),
    });
    await embedded.start();
    log = new GatedLog(embedded);
    acknowledged = [];
    signals = [];
    recorder = build();
  });

  afterEach(async () => {
    log.refuses = null;
    expect(await recorder.flush(5000)).toEqual({ complete: true });
    await embedded.stop();
    rmSync(folder, { recursive: true });
  });

  it('makes what it was given durable in order and then tells it', async () => {
    for (let index = 0; index < 50; index++) recorder.record(resultsOf(index * 2, 2));
    expect(recorder.stats()).toMatchObject({ unwritten: 100, stalledSinceUs: null });
    await until(() => acknowledged.length === 100);
    expect(acknowledged.map(resultOfEvent)).toEqual(resultsOf(0, 100));
    expect(acknowledged).toEqual(log.events);
    expect(recorder.stats()).toEqual({
      unwritten: 0,
      unwrittenBytes: 0,
      notRecorded: 0,
      stalledSinceUs: null,
    });
  });

  it('groups a steady stream into commits that start at least the linger apart', async () => {
    for (let index = 0; index < 200; index++) {
      recorder.record(resultsOf(index, 1));
      if (index % 4 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await until(() => acknowledged.length === 200);
    const gaps = log.startedMs.slice(1).map((start, index) => start - (log.startedMs[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThan(18);
    expect(log.attempts).toBeLessThan(50);
  });

  it('does not linger when a whole batch waits, and never writes more than a batch at once', async () => {
    recorder = build({ maxBatchEvents: 100, lingerMs: 60_000 });
    recorder.record(resultsOf(0, 1050));
    await until(() => acknowledged.length >= 1000);
    expect(log.batches.map((batch) => batch.length)).toEqual(Array.from({ length: 10 }, () => 100));
  });

  it('holds results in order while the disk is full and writes them when it is not', async () => {
    log.refuses = full;
    recorder.record(resultsOf(0, 10));
    await until(() => log.attempts === 2);
    recorder.record(resultsOf(10, 10));
    expect(signals).toEqual(['stalled: no_space']);
    expect(recorder.stats()).toMatchObject({
      unwritten: 20,
      notRecorded: 0,
      stalledSinceUs: expect.any(Number),
    });
    expect(acknowledged).toEqual([]);
    log.refuses = null;
    await until(() => acknowledged.length === 20);
    expect(acknowledged.map(resultOfEvent)).toEqual(resultsOf(0, 20));
    expect(acknowledged.map((event) => event.seq)).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
    expect(signals).toEqual(['stalled: no_space', 'recovered']);
    expect(recorder.stats().stalledSinceUs).toBeNull();
  });

  it('collapses the oldest beyond its memory and writes their rows first, so that every due instant is told', async () => {
    recorder = build({ maxBufferedBytes: 100_000 });
    log.refuses = full;
    const results = Array.from({ length: 2000 }, (_, index) =>
      resultOf(index >> 1, { target_id: index % 2 === 0 ? 'api' : 'web', url: 'https://example.org/' }),
    );
    for (const result of results) {
      recorder.record([result]);
      expect(recorder.stats().unwrittenBytes).toBeLessThan(101_000);
    }
    const { unwritten, notRecorded } = recorder.stats();
    expect(unwritten + notRecorded).toBe(2000);
    expect(notRecorded).toBeGreaterThan(1500);
    await until(() => signals.length === 1);
    log.refuses = null;
    await until(() => recorder.stats().unwrittenBytes === 0);

    const [first, second, ...rest] = acknowledged;
    expect([first, second].map((row) => row?.failure_code)).toEqual(['not_recorded', 'not_recorded']);
    expect((first?.missed_count ?? 0) + (second?.missed_count ?? 0)).toBe(notRecorded);
    expect(first).toMatchObject({ target_id: 'api', outcome: 'missed', timestamp: BASE_US });
    expect(rest.map(resultOfEvent)).toEqual(results.slice(notRecorded));
    expect(acknowledged.map((event) => event.seq)).toEqual(acknowledged.map((_, index) => index + 1));
    expect(recorder.stats().unwrittenBytes).toBe(0);
  });

  it('counts what is being written as memory, and loses nothing when that write fails after all', async () => {
    recorder = build({ maxBufferedBytes: 20_000, lingerMs: 0 });
    log.refuses = full;
    log.delayMs = 30;
    recorder.record(resultsOf(0, 20).map((result) => ({ ...result, url: 'https://example.org/' })));
    await until(() => log.attempts === 1);
    recorder.record(resultsOf(20, 200).map((result) => ({ ...result, url: 'https://example.org/' })));
    expect(recorder.stats().unwrittenBytes).toBeLessThanOrEqual(20_000 + 1000);
    await until(() => log.attempts === 2);
    log.refuses = null;
    await until(() => recorder.stats().unwrittenBytes === 0);
    const instants = acknowledged.reduce((sum, event) => sum + (event.missed_count ?? 1), 0);
    expect(instants).toBe(220);
  });

  it('tells again when the reason changes', async () => {
    log.refuses = full;
    recorder.record(resultsOf(0, 1));
    await until(() => signals.length === 1);
    log.refuses = new AppError('unavailable', 'The log is being restarted.');
    await until(() => signals.length === 2);
    expect(signals).toEqual(['stalled: no_space', 'stalled: unavailable']);
  });

  it('flushes at once, without lingering', async () => {
    recorder = build({ lingerMs: 60_000 });
    recorder.record(resultsOf(0, 1));
    await until(() => acknowledged.length === 1);
    recorder.record(resultsOf(1, 5));
    expect(await recorder.flush(5000)).toEqual({ complete: true });
    expect(acknowledged).toHaveLength(6);
  });

  it('gives a flush up in time and says how many would be lost and why', async () => {
    recorder = build({ maxBufferedBytes: 20_000 });
    log.refuses = full;
    recorder.record(resultsOf(0, 500).map((result) => ({ ...result, url: 'https://example.org/' })));
    const startedMs = performance.now();
    expect(await recorder.flush(100)).toEqual({ complete: false, lost: 500, error: full });
    expect(performance.now() - startedMs).toBeLessThan(2000);
  });

  it('gives up what waits when it is told to, and what is being refused meanwhile, and goes on with what comes then', async () => {
    log.refuses = full;
    log.delayMs = 20;
    recorder.record(resultsOf(0, 10));
    await until(() => log.attempts === 1);
    recorder.record(resultsOf(10, 10));
    recorder.discard();
    await until(() => signals.length === 1);
    expect(recorder.stats()).toMatchObject({ unwritten: 0, unwrittenBytes: 0 });
    log.refuses = null;
    recorder.record(resultsOf(20, 3));
    await until(() => acknowledged.length > 0);
    expect(acknowledged.map(resultOfEvent)).toEqual(resultsOf(20, 3));
    expect(signals).toEqual(['stalled: no_space', 'recovered']);
  });

  it('goes on when a listener fails', async () => {
    recorder = build({
      onAcknowledged: (events) => {
        acknowledged.push(...events);
        throw new Error('a listener’s own fault');
      },
    });
    recorder.record(resultsOf(0, 1));
    await until(() => acknowledged.length === 1);
    recorder.record(resultsOf(1, 1));
    await until(() => acknowledged.length === 2);
    expect(log.events.map(resultOfEvent)).toEqual(resultsOf(0, 2));
  });
});
