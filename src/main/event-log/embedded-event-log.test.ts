import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from 'lmdb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ProbeEvent } from '../../shared/domain/probe-event';
import { systemClock } from '../platform/clock';
import { createLogger } from '../platform/logger';
import { systemRandom } from '../platform/random';
import { createEmbeddedEventLog, type EmbeddedEventLogOptions } from './embedded-event-log';
import type { EventLog } from './event-log';
import { describeEventLog } from './event-log.conformance';
import { BASE_US, resultOf, resultsOf } from './event-log-fixtures';
import type { EventLogNotice } from './set-aside';

const logger = createLogger('silent');

function createLog(directory: string, change: Partial<EmbeddedEventLogOptions> = {}): EventLog {
  return createEmbeddedEventLog({
    directory,
    proberName: 'test',
    random: systemRandom,
    clock: systemClock,
    logger,
    ...change,
  });
}

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'uptimer-log-'));

for (const [name, recentEvents] of [
  ['the embedded log', undefined],
  ['the embedded log without memory', 0],
  ['the embedded log with little memory', 5],
] as const) {
  describeEventLog(name, async () => {
    const folder = newFolder();
    return {
      create: () => createLog(join(folder, 'event-log'), recentEvents === undefined ? {} : { recentEvents }),
      dispose: async () => rmSync(folder, { recursive: true }),
    };
  });
}

describe('the embedded log', () => {
  let folder: string;
  let directory: string;
  let log: EventLog;

  beforeEach(() => {
    folder = newFolder();
    directory = join(folder, 'event-log');
    log = createLog(directory);
  });

  afterEach(async () => {
    await log.stop();
    rmSync(folder, { recursive: true });
  });

  const readAll = async (): Promise<readonly ProbeEvent[]> =>
    (await log.read(0, 0n, { maxEvents: 1_000_000, waitMs: 0 })).events;

  it('is born with a name and eight hex digits, and starts at 1', async () => {
    await log.start();
    expect(log.probeId).toMatch(/^test-[0-9a-f]{8}$/);
    expect((await log.append(resultsOf(0, 1)))[0]?.seq).toBe(1);
    expect(await log.endOffset(0)).toBe(2n);
  });

  it('goes on behind numbers of more than 32 bits', async () => {
    await log.start();
    const { probeId } = log;
    await log.stop();
    const nextSeq = 2 ** 32 + 5;
    const root = open({ path: directory, noSubdir: false, overlappingSync: false });
    const state = root.openDB({ name: 'state', encoding: 'json', useVersions: true });
    await state.put('log', { version: 1, probeId, nextSeq }, nextSeq);
    await root.close();

    await log.start();
    await log.append(resultsOf(0, 3));
    await log.append(resultsOf(3, 3));
    await log.stop();
    log = createLog(directory, { recentEvents: 0 });
    await log.start();
    expect(await log.startOffset(0)).toBe(BigInt(nextSeq));
    const { events } = await log.read(0, BigInt(nextSeq + 2), { maxEvents: 3, waitMs: 0 });
    expect(events.map((event) => event.seq)).toEqual([nextSeq + 2, nextSeq + 3, nextSeq + 4]);
    await log.commit(0, BigInt(nextSeq + 4));
    expect(await log.startOffset(0)).toBe(BigInt(nextSeq + 3));
  });

  it('goes on at the place that was noted, though the lake has higher numbers by another way', async () => {
    await log.start();
    await log.append(resultsOf(0, 9));
    const lastSeq = { [log.probeId]: 8 };
    expect(await log.resume(0, { nextOffset: 4n, last: null }, lastSeq)).toBe(4n);
    expect(await log.resume(0, null, lastSeq)).toBe(9n);
    await log.commit(0, 10n);
    expect(await log.resume(0, { nextOffset: 4n, last: null }, lastSeq)).toBe(10n);
  });

  it('reads from the first kept event when asked for an earlier one', async () => {
    await log.start();
    await log.append(resultsOf(0, 4));
    await log.append(resultsOf(4, 4));
    await log.commit(0, 6n);
    const batch = await log.read(0, 1n, { maxEvents: 100, waitMs: 0 });
    expect(batch.events.map((event) => event.seq)).toEqual([5, 6, 7, 8]);
    expect(batch.nextOffset).toBe(9n);
    expect(log.stats().waiting).toBe(3);
  });

  it('gives the number after the last one even when everything was trimmed before a restart', async () => {
    await log.start();
    await log.append(resultsOf(0, 9));
    await log.commit(0, 10n);
    await log.stop();
    await log.start();
    expect(await log.startOffset(0)).toBe(10n);
    expect((await log.append(resultsOf(9, 1)))[0]?.seq).toBe(10);
  });

  it('does not grow for ever', async () => {
    await log.start();
    let next = 0;
    const round = async (): Promise<void> => {
      const sizes = [1, 900, 3, 40, 250, 7];
      for (const size of sizes) {
        await log.append(resultsOf(next, size));
        next += size;
      }
      await log.read(0, BigInt(Math.max(1, next - 300)), { maxEvents: 10_000, waitMs: 0 });
      await log.commit(0, BigInt(next - 100));
    };
    for (let index = 0; index < 10; index++) await round();
    const settled = log.stats().fileBytes;
    for (let index = 0; index < 60; index++) await round();
    expect(log.stats().fileBytes).toBeLessThanOrEqual(settled + 1_048_576);
  });

  it('gives a large file back to the disk when it is cleared', async () => {
    await log.start();
    for (let index = 0; index < 8; index++) await log.append(resultsOf(index * 2000, 2000));
    const { probeId } = log;
    expect(log.stats().fileBytes).toBeGreaterThan(3_000_000);
    await log.clear();
    expect(log.stats().fileBytes).toBeLessThan(300_000);
    expect((await log.append(resultsOf(0, 5)))[0]).toMatchObject({ seq: 16_001, probe_id: probeId });
    await log.stop();
    await log.start();
    expect((await readAll()).map((event) => event.seq)).toEqual([16_001, 16_002, 16_003, 16_004, 16_005]);
    expect(readdirSync(directory).sort()).toEqual(['data.mdb', 'lock.mdb']);
  });

  it('refuses an offset behind its end, which only an older copy of the log can bring about', async () => {
    await log.start();
    await log.append(resultsOf(0, 3));
    await expect(log.read(0, 5n, { maxEvents: 1, waitMs: 0 })).rejects.toMatchObject({ code: 'conflict' });
  });

  it('refuses a log of a newer version and leaves it as it is', async () => {
    await log.start();
    await log.stop();
    const root = open({ path: directory, noSubdir: false, overlappingSync: false });
    const state = root.openDB({ name: 'state', encoding: 'json', useVersions: true });
    await state.put('log', { version: 2, anything: true }, 1);
    await root.close();
    const before = readFileSync(join(directory, 'data.mdb'));
    const starting = log.start();
    await expect(starting).rejects.toMatchObject({ code: 'too_new' });
    await expect(starting).rejects.toThrow(directory);
    expect(readFileSync(join(directory, 'data.mdb')).equals(before)).toBe(true);
  });

  it('takes a data file that was made but never filled for a new log', async () => {
    await log.start();
    await log.stop();
    writeFileSync(join(directory, 'data.mdb'), '');
    await log.start();
    expect((await log.append(resultsOf(0, 1)))[0]?.seq).toBe(1);
  });

  const damages: [string, (file: string) => void][] = [
    ['holds something else', (file) => writeFileSync(file, Buffer.alloc(100_000, 'garbage'))],
    ['is a few bytes', (file) => writeFileSync(file, 'x')],
    ['is all zeros', (file) => writeFileSync(file, Buffer.alloc(50_000))],
    ['was cut off', (file) => truncateSync(file, 20_000)],
    [
      'was cut off and filled up again',
      (file) => {
        const bytes = readFileSync(file);
        writeFileSync(file, bytes.fill(0, 8192));
      },
    ],
  ];
  for (const [damage, inflict] of damages) {
    it(`moves a log aside whose file ${damage}, and begins a new one with a new identity`, async () => {
      await log.start();
      const old = log.probeId;
      for (let index = 0; index < 60; index++) await log.append(resultsOf(index * 10, 10));
      await log.stop();
      inflict(join(directory, 'data.mdb'));

      const notices: EventLogNotice[] = [];
      log = createLog(directory, {
        clock: { ...systemClock, nowUs: () => BASE_US },
        onNotice: (notice) => notices.push(notice),
      });
      await log.start();
      expect(log.probeId).not.toBe(old);
      expect((await log.append(resultsOf(0, 1)))[0]?.seq).toBe(1);
      const aside = `${directory}.broken-2026-01-05T12-00-00Z`;
      expect(notices).toEqual([
        { code: 'log_set_aside', path: aside, message: expect.stringContaining(log.probeId) },
      ]);
      expect(readdirSync(folder).sort()).toEqual([
        'event-log',
        'event-log.broken-2026-01-05T12-00-00Z',
        'event-log.prober',
      ]);
    });
  }

  it.each([
    ['folder is gone', (): void => rmSync(directory, { recursive: true })],
    ['file is empty', (): void => truncateSync(join(directory, 'data.mdb'), 0)],
  ])('says that a log is gone when its %s, and begins a new one', async (_what, inflict) => {
    await log.start();
    const old = log.probeId;
    await log.append(resultsOf(0, 10));
    await log.stop();
    inflict();
    const notices: EventLogNotice[] = [];
    log = createLog(directory, { onNotice: (notice) => notices.push(notice) });
    await log.start();
    expect(log.probeId).not.toBe(old);
    expect(notices).toMatchObject([{ code: 'log_gone', path: directory }]);
    expect(notices[0]?.message).toContain(old);
    expect(notices[0]?.message).toContain(log.probeId);
    await log.stop();
    log = createLog(directory, { onNotice: (notice) => notices.push(notice) });
    await log.start();
    expect(notices).toHaveLength(1);
  });

  it('leaves out a batch that cannot be read, says so, and reads on', async () => {
    await log.start();
    for (const start of [0, 4, 8]) await log.append(resultsOf(start, 4));
    await log.stop();
    const root = open({ path: directory, noSubdir: false, overlappingSync: false });
    await root.openDB({ name: 'batches', encoding: 'binary' }).put(5, Buffer.from('\u0001not a batch'));
    await root.close();
    const notices: EventLogNotice[] = [];
    log = createLog(directory, { onNotice: (notice) => notices.push(notice) });
    await log.start();
    expect((await readAll()).map((event) => event.seq)).toEqual([1, 2, 3, 4, 9, 10, 11, 12]);
    expect(notices.map((notice) => notice.code)).toEqual(['batch_unreadable']);
  });

  it('works on a copy of its folder without the lock file', async () => {
    await log.start();
    await log.append(resultsOf(0, 100));
    await log.stop();
    const copy = join(folder, 'copy');
    await cp(directory, copy, { recursive: true });
    rmSync(join(copy, 'lock.mdb'));
    log = createLog(copy);
    await log.start();
    await log.append(resultsOf(100, 5000));
    expect((await readAll()).length).toBe(5100);
  });

  it('says that a folder is not one', async () => {
    writeFileSync(directory, 'a file');
    await expect(log.start()).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('refuses to write after another process counted on, instead of giving a number twice', async () => {
    await log.start();
    await log.append(resultsOf(0, 1));
    const root = open({ path: directory, noSubdir: false, overlappingSync: false });
    const state = root.openDB({ name: 'state', encoding: 'json', useVersions: true });
    await state.put('log', { version: 1, probeId: log.probeId, nextSeq: 50 }, 50);
    await expect(log.append([resultOf(1)])).rejects.toMatchObject({ code: 'in_use' });
    await root.close();
    expect((await readAll()).length).toBe(1);
  });
});
