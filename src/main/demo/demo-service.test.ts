import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Clock } from '../platform/clock';
import type { Random } from '../platform/random';
import { behaviours, createNoise, type DemoAnswer, type DemoPath, isRefusing } from './demo-behaviour';
import { createDemoService, type DemoService } from './demo-service';

const random: Random = { hex: (digits) => '1'.repeat(digits) };

/** What each path answers, asked once a second for `seconds`. */
function watch(seed: number, seconds: number): Record<DemoPath, DemoAnswer[]> {
  const paths = Object.keys(behaviours) as DemoPath[];
  return Object.fromEntries(
    paths.map((path) => {
      const noise = createNoise(seed);
      return [path, Array.from({ length: seconds }, (_, second) => behaviours[path](second * 1000, noise))];
    }),
  ) as Record<DemoPath, DemoAnswer[]>;
}

describe('how the demo behaves', () => {
  it('answers the same to the same seed, and differently to another', () => {
    expect(watch(7, 200)).toEqual(watch(7, 200));
    expect(watch(7, 200)).not.toEqual(watch(8, 200));
  });

  it('shows every trouble within a minute, each at its own address, and is well most of the time', () => {
    for (const seed of [1, 2, 3]) {
      const seen = watch(seed, 60);
      const share = (path: DemoPath, is: (answer: DemoAnswer) => boolean) =>
        seen[path].filter(is).length / seen[path].length;
      const isFine = (answer: DemoAnswer) => answer.kind === 'answer' && answer.status === 200;
      expect(share('shop', isFine)).toBe(1);
      expect(share('payments', (answer) => answer.kind === 'answer' && answer.delayMs > 300)).toBeGreaterThan(
        0.1,
      );
      expect(share('search', (answer) => answer.kind === 'answer' && answer.status === 503)).toBeGreaterThan(
        0.1,
      );
      expect(share('reports', (answer) => answer.kind === 'hang')).toBeGreaterThan(0.1);
      expect(share('images', (answer) => answer.kind === 'cut')).toBeGreaterThan(0.03);
      for (const path of ['payments', 'search', 'reports', 'images'] as const) {
        expect(share(path, isFine)).toBeGreaterThan(0.6);
      }
    }
    expect(Array.from({ length: 50 }, (_, second) => isRefusing(second * 1000)).filter(Boolean)).toHaveLength(
      7,
    );
  });
});

describe('the demo service', () => {
  let demo: DemoService | null = null;
  afterEach(async () => {
    await demo?.stop();
  });

  /** The service, and a way to move its clock. */
  async function startDemo() {
    let nowMs = 0;
    const clock: Clock = { nowUs: () => nowMs * 1000, monotonicMs: () => nowMs };
    demo = createDemoService({ clock, random });
    await demo.start();
    const urls = demo.targets('en').map(({ url }) => url);
    const urlOf = (part: string) => urls.find((url) => url.endsWith(`/${part}`)) ?? '';
    return { demo, urlOf, mail: urls.at(-1) ?? '', goTo: (seconds: number) => (nowMs = seconds * 1000) };
  }

  it('names its targets in both languages', async () => {
    const { demo } = await startDemo();
    expect(demo.targets('es').map(({ name }) => name)).toContain('Tienda');
    expect(demo.targets('en').map(({ name }) => name)).toContain('Shop');
    expect(new Set(demo.targets('en').map(({ url }) => url)).size).toBe(6);
  });

  it('answers well, with errors, cut short, or not at all, as its time goes', async () => {
    const { urlOf, goTo } = await startDemo();
    const get = (path: string, limitMs = 5000) =>
      fetch(urlOf(path), { signal: AbortSignal.timeout(limitMs) });
    const well = await get('shop');
    expect([well.status, (await well.text()).length]).toEqual([200, 4096]);
    goTo(26);
    expect((await get('search')).status).toBe(503);
    goTo(36);
    await expect(get('reports', 300)).rejects.toMatchObject({ name: 'TimeoutError' });
    goTo(16);
    const cut = await get('images');
    await expect(cut.arrayBuffer()).rejects.toThrow();
    expect((await fetch(urlOf('shop').replace('shop', 'nothing'))).status).toBe(404);
  });

  it('refuses connections for a while and takes them again at the same address', async () => {
    const { mail, goTo } = await startDemo();
    expect((await fetch(mail)).status).toBe(200);
    goTo(21);
    await vi.waitFor(() => expect(fetch(mail)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } }));
    goTo(28);
    await vi.waitFor(async () => expect((await fetch(mail)).status).toBe(200));
  });

  it('ends at once, with a request under way, and twice', async () => {
    const { demo, urlOf, goTo } = await startDemo();
    goTo(36);
    const hanging = fetch(urlOf('reports')).catch((error: Error) => error.name);
    await new Promise((resolve) => setImmediate(resolve));
    await demo.stop();
    await demo.stop();
    expect(await hanging).toBe('TypeError');
  });
});
