import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ProbeEvent, ProbeResult } from '../../shared/domain/probe-event';
import type { EventLog, Offset } from './event-log';
import { resultOf, resultOfEvent, resultsOf } from './event-log-fixtures';

/** One log's storage, which logs are opened on one after another. */
export interface LogStorage {
  /** A new log over the storage, not started. */
  create(): EventLog;
  /** Removes the storage; every log over it was stopped. */
  dispose(): Promise<void>;
}

/**
 * What every event log does, whatever it stands on. Offsets are opaque here: only those that the log itself gave are
 * used. `newStorage` makes an empty storage for one test.
 * @param runs of the test against a model: fewer where a log takes its time to open
 */
export function describeEventLog(name: string, newStorage: () => Promise<LogStorage>, runs = 25): void {
  describe(`${name} as an event log`, () => {
    let storage: LogStorage;
    let log: EventLog;

    beforeEach(async () => {
      storage = await newStorage();
      log = storage.create();
      await log.start();
    });

    afterEach(async () => {
      await log.stop();
      await storage.dispose();
    });

    const reopen = async (): Promise<void> => {
      await log.stop();
      log = storage.create();
      await log.start();
    };

    it('gives gapless numbers in the order of the appends, and returns what it stored', async () => {
      const first = await log.append(resultsOf(0, 3));
      const second = await log.append(resultsOf(3, 2));
      expect([...first, ...second].map((event) => event.seq)).toEqual(
        Array.from({ length: 5 }, (_, index) => (first[0]?.seq ?? 0) + index),
      );
      expect([...first, ...second].map(resultOfEvent)).toEqual(resultsOf(0, 5));
      for (const event of [...first, ...second]) {
        expect(event).toMatchObject({ probe_id: log.probeId, late: false });
      }
      expect(await readAll(log)).toEqual([...first, ...second]);
    });

    it('takes nothing for an empty append', async () => {
      expect(await log.append([])).toEqual([]);
      const [event] = await log.append(resultsOf(0, 1));
      expect(await readAll(log)).toEqual([event]);
    });

    it('keeps the order of appends that run at the same time', async () => {
      const appends = await Promise.all(
        Array.from({ length: 40 }, (_, index) => log.append(resultsOf(index * 3, 3))),
      );
      const events = appends.flat();
      expect(events.map(resultOfEvent)).toEqual(resultsOf(0, 120));
      expect(await readAll(log)).toEqual(events);
    });

    it('keeps every column, with its nulls, its long texts and its other scripts', async () => {
      const odd = resultOf(7, {
        outcome: 'missed',
        status_code: null,
        latency_ms: null,
        dns_ms: null,
        connect_ms: null,
        tls_ms: null,
        ttfb_ms: null,
        transfer_ms: null,
        failure_phase: 'dns',
        failure_code: 'name_not_found',
        failure_detail: `no such name: münchen.例え.example ${'x'.repeat(900)}`,
        is_final_attempt: false,
        attempt: 2,
        remote_ip: null,
        http_version: null,
        response_bytes: null,
        missed_count: 5_000_000,
        missed_until: resultOf(7).timestamp + 5_000_000,
      });
      await log.append([odd]);
      await reopen();
      expect((await readAll(log)).map(resultOfEvent)).toEqual([odd]);
    });

    it('has everything acknowledged after it was opened again, and goes on counting', async () => {
      const before = await log.append(resultsOf(0, 10));
      const { probeId } = log;
      await reopen();
      expect(log.probeId).toBe(probeId);
      expect(await readAll(log)).toEqual(before);
      const after = await log.append(resultsOf(10, 1));
      expect(after[0]?.seq).toBe((before.at(-1)?.seq ?? 0) + 1);
    });

    it('replays the same events from any place it has named', async () => {
      for (const start of [0, 7, 14]) await log.append(resultsOf(start, 7));
      const partition = log.partitions[0] ?? 0;
      const places: Offset[] = [];
      const seen: ProbeEvent[][] = [];
      let from = await log.startOffset(partition);
      for (;;) {
        const batch = await log.read(partition, from, { maxEvents: 4, waitMs: 0 });
        expect(batch.events.length).toBeLessThanOrEqual(4);
        places.push(from);
        seen.push([...batch.events]);
        from = batch.nextOffset;
        if (batch.atEnd) break;
      }
      expect(from).toBe(await log.endOffset(partition));
      for (const [index, place] of places.entries()) {
        expect(await readFrom(log, partition, place)).toEqual(seen.slice(index).flat());
      }
      await reopen();
      for (const [index, place] of places.entries()) {
        expect(await readFrom(log, partition, place)).toEqual(seen.slice(index).flat());
      }
    });

    it('lets a reader at the end wait until something comes, and wakes it at once', async () => {
      const partition = log.partitions[0] ?? 0;
      const from = await log.endOffset(partition);
      const reading = log.read(partition, from, { maxEvents: 10, waitMs: 15_000 });
      const [event] = await log.append(resultsOf(0, 1));
      const waiting = log.partitions.length === 1 ? await reading : await readSome(log, event);
      expect(waiting.events).toEqual([event]);
    });

    it('answers a reader with nothing when nothing comes in its time, and when it stops', async () => {
      const partition = log.partitions[0] ?? 0;
      const from = await log.endOffset(partition);
      const empty = { events: [], nextOffset: from, atEnd: true };
      expect(await log.read(partition, from, { maxEvents: 10, waitMs: 20 })).toEqual(empty);
      const reading = log.read(partition, from, { maxEvents: 10, waitMs: 15_000 });
      await log.stop();
      expect(await reading).toEqual(empty);
    });

    it('never takes unread events away with a commit', async () => {
      await log.append(resultsOf(0, 6));
      await log.append(resultsOf(6, 6));
      const partition = log.partitions[0] ?? 0;
      const { nextOffset } = await log.read(partition, await log.startOffset(partition), {
        maxEvents: 8,
        waitMs: 0,
      });
      const unread = await readFrom(log, partition, nextOffset);
      const waitingBefore = log.stats().waiting;
      await log.commit(partition, nextOffset);
      expect(log.stats().waiting).toBeLessThan(waitingBefore);
      expect(await log.startOffset(partition)).toBeLessThanOrEqual(nextOffset);
      expect(await readFrom(log, partition, nextOffset)).toEqual(unread);
      await reopen();
      expect(await readFrom(log, partition, nextOffset)).toEqual(unread);
    });

    it('keeps its identity and its counter when it is cleared', async () => {
      const before = await log.append(resultsOf(0, 5));
      const { probeId } = log;
      await log.clear();
      expect(await readAll(log)).toEqual([]);
      expect(log.stats().waiting).toBe(0);
      await reopen();
      expect(await readAll(log)).toEqual([]);
      const after = await log.append(resultsOf(5, 2));
      expect(after[0]).toMatchObject({ probe_id: probeId, seq: (before.at(-1)?.seq ?? 0) + 1 });
      expect(await readAll(log)).toEqual(after);
    });

    it('can be stopped twice and started again', async () => {
      const { probeId } = log;
      const before = await log.append(resultsOf(0, 2));
      await Promise.all([log.stop(), log.stop()]);
      await expect(log.append(resultsOf(2, 1))).rejects.toMatchObject({ code: 'unavailable' });
      await Promise.all([log.start(), log.start()]);
      expect(log.probeId).toBe(probeId);
      const after = await log.append(resultsOf(2, 1));
      expect(await readAll(log)).toEqual([...before, ...after]);
    });

    it('finishes the appends that were under way when it is stopped', async () => {
      const appends = [log.append(resultsOf(0, 100)), log.append(resultsOf(100, 100))];
      await log.stop();
      const events = (await Promise.all(appends)).flat();
      await log.start();
      expect(await readAll(log)).toEqual(events);
    });

    it('agrees with a model under any order of appends, reads, commits, clears and reopenings', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(stepArbitrary, { minLength: 1, maxLength: 25, size: 'max' }),
          async (steps) => {
            const own = await newStorage();
            let subject = own.create();
            try {
              await subject.start();
              const { probeId } = subject;
              // The model: everything appended, and per partition where the reader stands and what it has read.
              const appended: ProbeEvent[] = [];
              const read = new Set<number>();
              const cursors = new Map<number, Offset>();
              for (const step of steps) {
                if (step.kind === 'append') {
                  const results: ProbeResult[] = resultsOf(appended.length, step.count);
                  const events = await subject.append(results);
                  expect(events.map(resultOfEvent)).toEqual(results);
                  appended.push(...events);
                } else if (step.kind === 'read') {
                  for (const partition of subject.partitions) {
                    const from = cursors.get(partition) ?? (await subject.startOffset(partition));
                    const batch = await subject.read(partition, from, { maxEvents: step.max, waitMs: 0 });
                    for (const event of batch.events) {
                      expect(read.has(event.seq)).toBe(false);
                      read.add(event.seq);
                      expect(event).toEqual(appended[event.seq - (appended[0]?.seq ?? 0)]);
                    }
                    cursors.set(partition, batch.nextOffset);
                  }
                } else if (step.kind === 'commit') {
                  for (const [partition, offset] of cursors) await subject.commit(partition, offset);
                } else if (step.kind === 'clear') {
                  await subject.clear();
                  for (const event of appended) read.add(event.seq);
                  for (const partition of subject.partitions) {
                    cursors.set(partition, await subject.endOffset(partition));
                  }
                } else {
                  await subject.stop();
                  subject = own.create();
                  await subject.start();
                  expect(subject.probeId).toBe(probeId);
                }
              }
              const left: ProbeEvent[] = [];
              for (const partition of subject.partitions) {
                const from = cursors.get(partition) ?? (await subject.startOffset(partition));
                left.push(...(await readFrom(subject, partition, from)));
              }
              left.sort((a, b) => a.seq - b.seq);
              expect(left).toEqual(appended.filter((event) => !read.has(event.seq)));
              expect(appended.map((event) => event.seq)).toEqual(
                appended.map((_, index) => (appended[0]?.seq ?? 0) + index),
              );
            } finally {
              await subject.stop();
              await own.dispose();
            }
          },
        ),
        { numRuns: runs },
      );
    });
  });
}

const stepArbitrary = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('append' as const), count: fc.integer({ min: 1, max: 12 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('read' as const), max: fc.integer({ min: 1, max: 20 }) }),
  },
  { weight: 3, arbitrary: fc.constant({ kind: 'commit' as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'reopen' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'clear' as const }) },
);

async function readFrom(log: EventLog, partition: number, from: Offset): Promise<ProbeEvent[]> {
  const events: ProbeEvent[] = [];
  for (let next = from; ; ) {
    const batch = await log.read(partition, next, { maxEvents: 1000, waitMs: 0 });
    events.push(...batch.events);
    next = batch.nextOffset;
    if (batch.atEnd) return events;
  }
}

/** Everything kept, of all partitions, in the order of `seq`. */
async function readAll(log: EventLog): Promise<ProbeEvent[]> {
  const events: ProbeEvent[] = [];
  for (const partition of log.partitions) {
    events.push(...(await readFrom(log, partition, await log.startOffset(partition))));
  }
  return events.sort((a, b) => a.seq - b.seq);
}

/** Where a log has several partitions, the event may have gone to any of them. */
async function readSome(log: EventLog, event: ProbeEvent | undefined): Promise<{ events: ProbeEvent[] }> {
  const all = await readAll(log);
  return { events: all.filter((candidate) => candidate.seq === event?.seq) };
}
