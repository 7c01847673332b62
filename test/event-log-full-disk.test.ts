import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createEmbeddedEventLog } from '../src/main/event-log/embedded-event-log';
import type { EventLog } from '../src/main/event-log/event-log';
import { resultOf, resultOfEvent, resultsOf } from '../src/main/event-log/event-log-fixtures';
import { createRecorder } from '../src/main/event-log/recorder';
import { systemClock } from '../src/main/platform/clock';
import { createLogger } from '../src/main/platform/logger';
import { systemRandom } from '../src/main/platform/random';
import type { AppError } from '../src/shared/contract/app-error';
import type { ProbeEvent } from '../src/shared/domain/probe-event';
import { createDiskFiller } from './support/disk-filler';
import { createSmallDisk } from './support/small-disk';

const small = createSmallDisk(8);

if ('reason' in small) {
  it.skip(`a log on a full disk (not tried: ${small.reason})`, () => undefined);
} else {
  describe('a log on a full disk', () => onFullDisk(small.directory, small.remove));
}

function onFullDisk(mount: string, unmount: () => void): void {
  const disk = createDiskFiller(mount);
  let folder: string;
  let directory: string;
  let log: EventLog;
  let rounds = 0;
  const rejections: unknown[] = [];
  const noteRejection = (reason: unknown): void => void rejections.push(reason);
  process.on('unhandledRejection', noteRejection);

  const create = (): EventLog =>
    createEmbeddedEventLog({
      directory,
      proberName: 'full',
      random: systemRandom,
      clock: systemClock,
      logger: createLogger('silent'),
    });

  beforeEach(async () => {
    folder = join(mount, `round-${rounds++}`);
    directory = join(folder, 'event-log');
    mkdirSync(folder);
    log = create();
    await log.start();
  });

  afterEach(async () => {
    disk.free();
    await log.stop();
    rmSync(folder, { recursive: true });
    expect(rejections).toEqual([]);
  });

  afterAll(() => {
    process.off('unhandledRejection', noteRejection);
    unmount();
  });

  /** Appends until the disk refuses; resolves with what was acknowledged and with the refusal. */
  const appendUntilRefused = async (from: number, size: number): Promise<[ProbeEvent[], AppError]> => {
    const events: ProbeEvent[] = [];
    for (let next = from; ; next += size) {
      try {
        events.push(...(await log.append(resultsOf(next, size))));
      } catch (error) {
        return [events, error as AppError];
      }
    }
  };

  const readAll = async (): Promise<readonly ProbeEvent[]> =>
    (await log.read(0, 0n, { maxEvents: 1_000_000, waitMs: 0 })).events;

  for (const size of [1, 40, 1000]) {
    it(`refuses batches of ${size} with no_space, as often as they are tried, and takes them when there is room`, async () => {
      await log.append(resultsOf(0, 5));
      disk.fill();
      const [before, refusal] = await appendUntilRefused(5, size);
      expect(refusal).toMatchObject({ code: 'no_space', domain: 'external', retry: 'backoff' });
      expect(refusal.message).toContain(directory);
      const more = resultsOf(5 + before.length, size);
      for (let attempt = 0; attempt < 20; attempt++) {
        await expect(log.append(more)).rejects.toMatchObject({ code: 'no_space' });
      }
      disk.free();
      const [next, ...rest] = await log.append(more);
      expect(next?.seq).toBe(6 + before.length);
      const events = await readAll();
      expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
      expect(events.map(resultOfEvent)).toEqual(resultsOf(0, 5 + before.length + 1 + rest.length));
      // From the disk too, not only from memory.
      await log.stop();
      await log.start();
      expect(await readAll()).toEqual(events);
    });
  }

  it('opens, reads and trims while the disk is full, and appends again into what was trimmed', async () => {
    const kept = await log.append(resultsOf(0, 4000));
    disk.fill();
    const [more] = await appendUntilRefused(4000, 100);
    await log.stop();
    log = create();
    await log.start();
    expect(await readAll()).toEqual([...kept, ...more]);
    await log.commit(0, BigInt(kept.length + 1));
    expect(await log.startOffset(0)).toBe(BigInt(kept.length + 1));
    expect(await readAll()).toEqual(more);
    const [, refusal] = await appendUntilRefused(0, 1000);
    expect(refusal.code).toBe('no_space');
    const end = await log.endOffset(0);
    await log.commit(0, end);
    const after = await log.append(resultsOf(0, 1000));
    expect(BigInt(after[0]?.seq ?? 0)).toBe(end);
    await log.stop();
    await log.start();
    expect(await readAll()).toEqual(after);
  });

  it('is not begun on a full disk, and leaves nothing behind', async () => {
    await log.stop();
    rmSync(directory, { recursive: true });
    disk.fill();
    await expect(log.start()).rejects.toMatchObject({ code: 'no_space' });
    expect(readdirSync(directory).filter((name) => name !== 'lock.mdb')).toEqual([]);
    disk.free();
    await log.start();
    expect((await log.append(resultsOf(0, 1)))[0]?.seq).toBe(1);
  });

  it('loses no due instant of what the recorder was given, writes them in order and doubles none', async () => {
    const acknowledged: ProbeEvent[] = [];
    const signals: string[] = [];
    const recorder = createRecorder({
      log,
      clock: systemClock,
      logger: createLogger('silent'),
      lingerMs: 0,
      maxBufferedBytes: 200_000,
      onAcknowledged: (events) => acknowledged.push(...events),
      onStalled: (error) => signals.push(error.code),
      onRecovered: () => signals.push('recovered'),
    });
    let given = 0;
    const give = (count: number): void => {
      for (let index = 0; index < count; index++) {
        recorder.record([resultOf(given++, { url: 'https://example.org/' })]);
      }
    };
    give(100);
    expect(await recorder.flush(5000)).toEqual({ complete: true });
    disk.fill();
    // Until the log refuses, and then well beyond the recorder's memory.
    while (signals.length === 0) {
      give(100);
      await recorder.flush(20);
    }
    give(3000);
    const stalled = recorder.stats();
    expect(stalled.stalledSinceUs).not.toBeNull();
    expect(stalled.notRecorded).toBeGreaterThan(2000);
    expect(stalled.unwrittenBytes).toBeLessThan(201_000);
    // A smaller batch may still find room, on a busy machine later than elsewhere; in the end the disk takes nothing.
    await vi.waitFor(
      async () => {
        expect(await recorder.flush(50)).toMatchObject({
          complete: false,
          lost: given - instantsOf(acknowledged).length,
          error: { code: 'no_space' },
        });
      },
      { timeout: 10_000 },
    );
    disk.free();
    expect(await recorder.flush(10_000)).toEqual({ complete: true });
    give(10);
    expect(await recorder.flush(5000)).toEqual({ complete: true });

    expect(signals.slice(-1)).toEqual(['recovered']);
    expect(signals.filter((_, index) => index % 2 === 0)).toEqual(
      signals.filter((code) => code === 'no_space'),
    );
    expect(await readAll()).toEqual(acknowledged);
    expect(acknowledged.map((event) => event.seq)).toEqual(acknowledged.map((_, index) => index + 1));
    const gaps = acknowledged.filter((event) => event.outcome === 'missed');
    expect(gaps.filter((event) => event.failure_code !== 'not_recorded')).toEqual([]);
    expect(instantsOf(gaps).length).toBe(recorder.stats().notRecorded);
    expect(instantsOf(acknowledged)).toEqual(resultsOf(0, given).map((result) => result.timestamp));
  });
}

/** Every due instant that the events stand for. */
function instantsOf(events: readonly ProbeEvent[]): number[] {
  return events.flatMap((event) =>
    Array.from({ length: event.missed_count ?? 1 }, (_, index) => event.timestamp + index * 1_000_000),
  );
}
