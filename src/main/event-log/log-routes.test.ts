import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LogRoutes, type Way } from './log-routes';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'uptimer-routes-'));
  path = join(folder, 'log-routes.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const END = Number.MAX_SAFE_INTEGER;

describe('the routes of the log', () => {
  it('begin with everything by the embedded log, and write nothing for that', async () => {
    const routes = await LogRoutes.open(path);
    expect(routes.current).toBe('embedded');
    expect(routes.switchedUs).toBeNull();
    expect(routes.rangeOf(1)).toEqual({ way: 'embedded', from: 1, to: END });
    expect(routes.nextOf('kafka', 1)).toBeNull();
    expect(routes.hasOlder('embedded')).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('say of each number which way it travels, also after they were opened again', async () => {
    const before = await LogRoutes.open(path);
    await before.begin('kafka', 10, 1_000);
    await before.begin('embedded', 20, 2_000);
    const routes = await LogRoutes.open(path);
    expect(routes.all).toEqual(before.all);
    expect(routes.switchedUs).toBe(2_000);
    expect(routes.currentFromSeq).toBe(20);
    expect(routes.rangeOf(9)).toEqual({ way: 'embedded', from: 1, to: 10 });
    expect(routes.rangeOf(10)).toEqual({ way: 'kafka', from: 10, to: 20 });
    expect(routes.rangeOf(19).way).toBe('kafka');
    expect(routes.rangeOf(20)).toEqual({ way: 'embedded', from: 20, to: END });
    expect(routes.nextOf('kafka', 3)).toBe(10);
    expect(routes.nextOf('kafka', 20)).toBeNull();
    expect(routes.nextOf('embedded', 12)).toBe(20);
    expect(routes.hasOlder('embedded')).toBe(true);
    expect(routes.hasOlder('kafka')).toBe(true);
  });

  it('forget, durably, what has arrived; numbers below the first route travel as it does', async () => {
    const before = await LogRoutes.open(path);
    await before.begin('kafka', 10, 1_000);
    await before.forgetOlder();
    const routes = await LogRoutes.open(path);
    expect(routes.all).toEqual([{ fromSeq: 10, way: 'kafka' }]);
    expect(routes.rangeOf(3).way).toBe('kafka');
    expect(routes.hasOlder('embedded')).toBe(false);
    await routes.forgetOlder();
    expect(routes.current).toBe('kafka');
  });

  it('know nothing of a way on which nothing has travelled', async () => {
    const routes = await LogRoutes.open(path);
    await routes.begin('kafka', 10, 1_000);
    await routes.begin('embedded', 10, 2_000);
    expect(routes.all).toEqual([{ fromSeq: 1, way: 'embedded' }]);
    expect(routes.hasOlder('embedded')).toBe(false);
  });

  it('stand as before when the switch could not be written', async () => {
    const within = join(folder, 'data');
    const routes = await LogRoutes.open(join(within, 'log-routes.json'));
    writeFileSync(within, 'no folder');
    await expect(routes.begin('kafka', 10, 1_000)).rejects.toThrow();
    expect(routes.all).toEqual([{ fromSeq: 1, way: 'embedded' }]);
    expect(routes.switchedUs).toBeNull();
  });

  it('are what they were before a switch that a crash broke off before its rename', async () => {
    const routes = await LogRoutes.open(path);
    await routes.begin('kafka', 10, 1_000);
    writeFileSync(`${path}.tmp`, '{"version":1,"rou');
    expect((await LogRoutes.open(path)).all).toEqual(routes.all);
  });

  it.each([
    ['cut off', (text: string) => text.slice(0, 30)],
    ['empty', () => ''],
    ['of no known way', (text: string) => text.replace('kafka', 'pigeon')],
    ['without routes', () => '{"version":1,"routes":[],"switchedUs":0}'],
    ['without a version', (text: string) => text.replace('"version"', '"v"')],
  ])('refuse a file that is %s, and leave it as it is', async (_, broken) => {
    await (await LogRoutes.open(path)).begin('kafka', 10, 1_000);
    const text = broken(readFileSync(path, 'utf8'));
    writeFileSync(path, text);
    await expect(LogRoutes.open(path)).rejects.toMatchObject({ code: 'corrupt' });
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('refuse a file of a newer version, whatever else stands in it', async () => {
    writeFileSync(path, '{"version":2,"ways":{}}');
    await expect(LogRoutes.open(path)).rejects.toMatchObject({ code: 'too_new' });
  });

  it('give each number the way that was current when it came, under any switches', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ appended: fc.nat(4), way: fc.constantFrom<Way>('embedded', 'kafka') }), {
          maxLength: 12,
        }),
        async (switches) => {
          rmSync(path, { force: true });
          let routes = await LogRoutes.open(path);
          const ways: Way[] = [];
          for (const { appended, way } of switches) {
            for (let index = 0; index < appended; index += 1) ways.push(routes.current);
            if (way !== routes.current) await routes.begin(way, ways.length + 1, 1);
            routes = await LogRoutes.open(path);
          }
          for (const [index, way] of ways.entries()) {
            expect(routes.rangeOf(index + 1).way).toBe(way);
            for (const asked of ['embedded', 'kafka'] as const) {
              const later = ways.findIndex((one, at) => at >= index && one === asked);
              const expected = later >= 0 ? later + 1 : routes.current === asked ? ways.length + 1 : null;
              expect(routes.nextOf(asked, index + 1)).toBe(expected);
            }
          }
          const { all } = routes;
          expect(all.every(({ way }, index) => index === 0 || way !== all[index - 1]?.way)).toBe(true);
        },
      ),
      { numRuns: 30 },
    );
  });
});
