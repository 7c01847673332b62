import { serveBarePage } from './support/bare-page';
import { type EngineRun, sleep } from './support/engine-run';
import { openMeasuredPage } from './support/measured-page';
import type { Benchmark, BenchResult } from './support/result';
import { quantile } from './support/statistics';
import { startWatchedEngine } from './support/watched-engine';

const TARGETS = 500;
const ONE = 7;
const MINUTES = Number(process.env.BENCH_MINUTES ?? 5);
const SETTLE_MS = 15_000;

/** What a chart had in a frame: the newest probe's event time (µs) and the wall clock after that frame (ms). */
interface Drawing {
  target: string;
  newestUs: number;
  shownMs: number;
}

/**
 * Every chart says with `data-drawn-us` which probe is the newest that it holds: the chart of a target sets it when its
 * canvas has been painted, a sparkline together with its line. The instant taken is that of a task after the next frame,
 * which has left the main thread by then: up to one frame too late, never too early.
 */
const WATCH_DRAWINGS = `
  window.benchDrawings = [];
  new MutationObserver((changes) => {
    const seen = new Set(changes.map(({ target }) => target).filter((chart) => chart.dataset.drawnUs !== undefined));
    const drawn = [...seen].map((chart) => ({
      target: chart.closest('[role=row]')?.querySelector('a').hash ?? location.hash,
      newestUs: Number(chart.dataset.drawnUs),
    }));
    if (drawn.length === 0) return;
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        const shownMs = Date.now();
        for (const one of drawn) window.benchDrawings.push({ ...one, shownMs });
      };
      port2.postMessage(null);
    });
  }).observe(document, { subtree: true, childList: false, attributes: true, attributeFilter: ['data-drawn-us'] });`;

interface Watched {
  drawings: Drawing[];
  /** Targets that had a chart on the page from beginning to end. */
  charted: Set<number>;
  fromMs: number;
  toMs: number;
}

const CHARTED = `[...document.querySelectorAll('[data-drawn-us]')].map(
  (chart) => chart.closest('[role=row]')?.querySelector('a').hash ?? location.hash)`;

/** All drawings of `seconds` on the screen at `hash`, in steady state. */
async function watch(address: string, hash: string, seconds: number): Promise<Watched> {
  const { page, close } = await openMeasuredPage(address, WATCH_DRAWINGS);
  await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
  await sleep(SETTLE_MS);
  const before = (await page.evaluate(CHARTED)) as string[];
  await page.evaluate('window.benchDrawings.splice(0)');
  const fromMs = Date.now();
  await sleep(seconds * 1000);
  const toMs = Date.now();
  const drawings = (await page.evaluate('window.benchDrawings')) as Drawing[];
  const after = new Set((await page.evaluate(CHARTED)) as string[]);
  await close();
  return { drawings, charted: new Set(before.filter((one) => after.has(one)).map(numberOf)), fromMs, toMs };
}

/** Targets are numbers in what the lake answers. */
const numberOf = (address: string): number => Number(address.split('service-').pop());

interface Finished {
  target: number;
  dueUs: number;
  finishedMs: number;
}

/** All that finished, by the recorded start and latency of every probe. To be asked when the engine has stopped. */
async function finishedProbes(engine: EngineRun): Promise<Finished[]> {
  const rows = await engine.ask(
    `SELECT replace(target_id, 'service-', '')::INTEGER, epoch_us(timestamp),
       (epoch_us(started_at) + latency_ms * 1000) / 1000.0
     FROM RAW WHERE is_final_attempt AND latency_ms IS NOT NULL`,
  );
  return rows.map(([target, dueUs, finishedMs]) => ({
    target: target as number,
    dueUs: dueUs as number,
    finishedMs: finishedMs as number,
  }));
}

/**
 * For every probe that finished while its chart was watched, how long after its end the first frame with it, or with a
 * later one, was shown, ms. One that was not drawn within the last second of the watch counts as infinitely late.
 */
function delaysOf(finished: readonly Finished[], watched: Watched): number[] {
  const byTarget = new Map([...watched.charted].map((target): [number, Drawing[]] => [target, []]));
  for (const drawing of watched.drawings) byTarget.get(numberOf(drawing.target))?.push(drawing);
  return finished.flatMap(({ target, dueUs, finishedMs }) => {
    const drawn = byTarget.get(target);
    if (drawn === undefined || finishedMs < watched.fromMs || finishedMs > watched.toMs - 1000) return [];
    const shownMs = drawn.find(({ newestUs }) => newestUs >= dueUs)?.shownMs;
    return [shownMs === undefined ? Number.POSITIVE_INFINITY : shownMs - finishedMs];
  });
}

export const benchmark: Benchmark = {
  name: 'page-drawn',
  about: `probe finished → in a frame on screen, ${TARGETS} targets at 1 Hz: the chart of one over ${MINUTES} min, the overview's sparklines over 1 min, against a bare page and stream`,
  async run(progress) {
    progress('bare page');
    const bare = await serveBarePage();
    const barePage = await openMeasuredPage(bare.address);
    await sleep(60_000);
    const bareMs = (await barePage.page.evaluate('window.benchDelays')) as number[];
    await barePage.close();
    bare.stop();
    const engine = await startWatchedEngine(TARGETS);
    progress('chart of one target');
    const chart = await watch(engine.address, `#/targets/service-${ONE}`, MINUTES * 60);
    progress('overview');
    const overview = await watch(engine.address, '#/', 60);
    await engine.stop();
    const finished = await finishedProbes(engine);
    engine.remove();
    const baseline = (q: number) => ({ name: 'bare page', value: quantile(bareMs, q) });
    const results = (name: string, delays: number[]): BenchResult[] => [
      { name: `${name} p50`, value: quantile(delays, 0.5), unit: 'ms', baseline: baseline(0.5) },
      {
        name: `${name} p99`,
        value: quantile(delays, 0.99),
        unit: 'ms',
        baseline: baseline(0.99),
        goal: { at: 'most', value: 250 },
      },
      { name: `${name}, slowest`, value: quantile(delays, 1), unit: 'ms' },
      { name: `${name}, compared`, value: delays.length, unit: 'probes' },
    ];
    return [
      ...results('finished → drawn on the chart', delaysOf(finished, chart)),
      ...results('finished → drawn in the overview', delaysOf(finished, overview)),
    ];
  },
};
