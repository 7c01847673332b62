import { serveBarePage } from './support/bare-page';
import { sleep } from './support/engine-run';
import { openMeasuredPage } from './support/measured-page';
import type { Benchmark } from './support/result';
import { quantile } from './support/statistics';
import { startWatchedEngine } from './support/watched-engine';

const TARGETS = 500;
const OPENINGS = 7;

/** Times on the page's own clock, ms since its address was asked for. */
const WATCH_ROWS = `
  window.benchRowsMs = new Promise((resolve) => {
    const look = () => {
      // A sparkline with points in it: the row, its state and what was measured last are there.
      if (document.querySelector('[role=row] [data-drawn-us]') === null) requestAnimationFrame(look);
      else requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
    };
    requestAnimationFrame(look);
  });`;

const FIRST_PAINT = `new Promise((resolve) => {
  new PerformanceObserver((list) => {
    for (const { name, startTime } of list.getEntries()) if (name === 'first-contentful-paint') resolve(startTime);
  }).observe({ type: 'paint', buffered: true });
})`;

/** Every opening is a new browser: nothing cached, nothing compiled. */
async function open(address: string, initScript: string): Promise<{ paintMs: number; rowsMs: number }> {
  const measured = await openMeasuredPage(address, initScript);
  const paintMs = (await measured.page.evaluate(FIRST_PAINT)) as number;
  const rowsMs = (await measured.page.evaluate('window.benchRowsMs')) as number;
  await measured.close();
  return { paintMs, rowsMs };
}

export const benchmark: Benchmark = {
  name: 'page-start',
  about: `the page of ${TARGETS} targets with an hour of history, opened ${OPENINGS} times in a new browser, against a page of one line`,
  async run(progress) {
    const bare = await serveBarePage();
    const engine = await startWatchedEngine(TARGETS);
    await sleep(5000);
    const bareMs: number[] = [];
    const paintMs: number[] = [];
    const rowsMs: number[] = [];
    for (let opening = 1; opening <= OPENINGS; opening += 1) {
      bareMs.push((await open(bare.address, '')).paintMs);
      const times = await open(engine.address, WATCH_ROWS);
      paintMs.push(times.paintMs);
      rowsMs.push(times.rowsMs);
      progress(
        `opening ${opening}: painted after ${times.paintMs.toFixed(0)} ms, rows after ${times.rowsMs.toFixed(0)} ms`,
      );
    }
    await engine.stop();
    engine.remove();
    bare.stop();
    const baseline = (q: number) => ({ name: 'bare page', value: quantile(bareMs, q) });
    const goal = { at: 'most', value: 1000 } as const;
    return [
      {
        name: 'first paint, median',
        value: quantile(paintMs, 0.5),
        unit: 'ms',
        baseline: baseline(0.5),
        goal,
      },
      { name: 'first paint, slowest', value: quantile(paintMs, 1), unit: 'ms', baseline: baseline(1), goal },
      { name: 'first row with its sparkline, median', value: quantile(rowsMs, 0.5), unit: 'ms' },
      { name: 'first row with its sparkline, slowest', value: quantile(rowsMs, 1), unit: 'ms' },
    ];
  },
};
