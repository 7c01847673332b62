import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CountingServer, startCountingServer } from './support/counting-server';
import { createDiskFiller } from './support/disk-filler';
import { command, waitUntil } from './support/engine-client';
import { type HeadlessProcess, startHeadless } from './support/headless-process';
import { openLakeCheck } from './support/lake-check';
import { createSmallDisk } from './support/small-disk';

const WINDOW_MS = 5000;
/** Long addresses make large events: the log has a megabyte of room ahead, which has to be used up first. */
const LONG = 'x'.repeat(2000);
const PATHS = ['ok1', 'ok2', 'ok3', 'ok4', 'ok5', 'ok6', 'ok7', 'ok8', 'error', 'slow'];
const seqOf = (key: string): number => Number(key.split(',')[1]);
const disk = createSmallDisk(24);
if ('reason' in disk) console.warn(`skipped: ${disk.reason}`);

describe.skipIf('reason' in disk)('on a disk that fills up', () => {
  const data = 'directory' in disk ? join(disk.directory, 'data') : '';
  const filler = createDiskFiller('directory' in disk ? disk.directory : '');
  let server: CountingServer;
  let engine: HeadlessProcess | null = null;

  beforeAll(async () => {
    server = await startCountingServer();
  });
  afterAll(async () => {
    await engine?.kill('SIGKILL');
    await server.close();
    if ('remove' in disk) disk.remove();
  });

  const start = async (): Promise<HeadlessProcess> => {
    const urls = PATHS.flatMap((path) => ['--url', `http://127.0.0.1:${server.port}/${path}?${LONG}`]);
    const times = ['--interval', '200ms', '--window', `${WINDOW_MS}ms`, '--watermark', '1s', '--flush', '1s'];
    engine = startHeadless(['--data', data, '--port', '0', ...times, ...urls]);
    await engine.address;
    return engine;
  };
  interface Health {
    log: { unwritten: number };
    notices: { code: string; level: string; resolvedUs: number | null }[];
  }
  const health = async (): Promise<Health> => (await command(data, 'health.get')).value as Health;
  const alarms = async (): Promise<string[]> =>
    (await health()).notices
      .filter(({ level, resolvedUs }) => level === 'alarm' && resolvedUs === null)
      .map(({ code }) => code);

  /** @param clearedTo the number up to which everything was cleared */
  const expectWhole = async (acknowledged: readonly string[], clearedTo = 0): Promise<void> => {
    const check = await openLakeCheck(join(data, 'datalake'), WINDOW_MS);
    const keys = await check.rawKeys();
    expect(acknowledged.filter((key) => keys.get(key) !== 1)).toEqual([]);
    expect([...keys].filter(([, count]) => count !== 1)).toEqual([]);
    expect((await check.missingSeqs()).filter((key) => seqOf(key) > clearedTo)).toEqual([]);
    expect(await check.windowDifferences()).toEqual([]);
    expect(await check.givenUp()).toBe(0);
    check.close();
  };

  it('probing goes on, the alarm says so, and everything gets into the lake once there is room', async () => {
    const first = await start();
    await waitUntil(() => first.acknowledged.length > 50);

    filler.fill();
    await waitUntil(async () => (await alarms()).includes('log_stalled'), 20_000);
    await waitUntil(async () => (await alarms()).includes('flush_failed'), 20_000);
    const { unwritten } = (await health()).log;
    const requests = server.requests();
    await waitUntil(async () => (await health()).log.unwritten > unwritten + 50);
    expect(server.requests()).toBeGreaterThan(requests + 30);
    const waiting = (await health()).log.unwritten;
    const before = first.acknowledged.length;

    filler.free();
    await waitUntil(() => first.acknowledged.length > before + waiting, 20_000);
    await waitUntil(async () => (await alarms()).length === 0, 20_000);
    expect((await health()).log.unwritten).toBeLessThan(waiting);
    expect(await first.kill('SIGTERM')).toMatchObject({ code: 0 });

    await expectWhole(first.acknowledged);
  }, 60_000);

  it('a stop says what could not be recorded, and the next start goes on without losing or doubling more', async () => {
    const second = await start();
    await waitUntil(() => second.acknowledged.length > 50);
    filler.fill();
    await waitUntil(async () => (await health()).log.unwritten > 50, 20_000);
    const askedAt = Date.now();
    expect(await second.kill('SIGTERM')).toMatchObject({ code: 0 });
    expect(Date.now() - askedAt).toBeLessThan(5000);
    expect(second.output()).toMatch(/\d+ probes could not be recorded/);

    filler.free();
    const third = await start();
    await waitUntil(() => third.acknowledged.length > 50);
    expect(await third.kill('SIGTERM')).toMatchObject({ code: 0 });
    await expectWhole([...second.acknowledged, ...third.acknowledged]);
  }, 60_000);

  it('everything can be cleared, and what is measured from then on gets in', async () => {
    const engine = await start();
    await waitUntil(() => engine.acknowledged.length > 50);
    filler.fill();
    await waitUntil(async () => (await alarms()).includes('flush_failed'), 20_000);
    const reply = await command(data, 'reset.run', { confirm: 'reset' });
    expect(reply, JSON.stringify(reply)).toMatchObject({ ok: true });
    filler.free();
    const before = engine.acknowledged.length;
    await waitUntil(() => engine.acknowledged.length > before + 20);
    expect(await engine.kill('SIGTERM')).toMatchObject({ code: 0 });
    const check = await openLakeCheck(join(data, 'datalake'), WINDOW_MS);
    const clearedTo = Math.min(...[...(await check.rawKeys()).keys()].map(seqOf)) - 1;
    check.close();
    expect(clearedTo).toBeGreaterThan(seqOf(engine.acknowledged[50] ?? ''));
    await expectWhole(
      engine.acknowledged.filter((key) => seqOf(key) > clearedTo),
      clearedTo,
    );
  }, 60_000);
});
