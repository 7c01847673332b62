import { readdirSync, readFileSync } from 'node:fs';
import type { CDPSession, Page } from 'playwright-core';
import { openBrowser } from '../../test/support/browser';
import { processCost } from './engine-run';

/** CPU seconds used so far (user and system, Linux). */
export interface PageCpu {
  /** The page's renderer process: script, style, layout, and the tiles, which it paints in software here. */
  pageSeconds: number;
  /** The part of it on the main thread, where React and the charts run. */
  mainSeconds: number;
  /** The process that a graphics card would relieve: it puts the tiles together, here in software. */
  gpuSeconds: number;
  /** All processes of the browser, the page's among them. */
  browserSeconds: number;
}

/** One page in a browser of its own, so that every cost of the renderer is that page's. */
export interface MeasuredPage {
  readonly page: Page;
  cpu(): Promise<PageCpu>;
  /** JS heap in use after a full collection, and resident memory of the page's process, MB. */
  memory(): Promise<{ heapMb: number; rssMb: number }>;
  /** Main-thread tasks of 50 ms and more since the last call, ms; those of `memory` are not among them. */
  longTasks(): Promise<number[]>;
  close(): Promise<void>;
}

const WATCH_LONG_TASKS = `
  window.benchLongTasks = [];
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) window.benchLongTasks.push({ startTime, duration });
  }).observe({ type: 'longtask', buffered: true });`;

/** @param initScript runs in the page before any script of its own */
export async function openMeasuredPage(address: string, initScript = ''): Promise<MeasuredPage> {
  const { browser, reason } = await openBrowser();
  if (browser === null) throw new Error(reason);
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    locale: 'en',
    timezoneId: 'UTC',
  });
  const page = await context.newPage();
  await page.addInitScript(WATCH_LONG_TASKS);
  if (initScript !== '') await page.addInitScript(initScript);
  await page.goto(address);
  const whole = await browser.newBrowserCDPSession();
  const session = await context.newCDPSession(page);
  await session.send('HeapProfiler.enable');
  const rendererPid = await rendererOf(page, whole);
  /** Spans of forced collections on the page's own clock: nobody's long tasks. */
  const collections: { from: number; to: number }[] = [];
  const pageNow = async (): Promise<number> => (await page.evaluate('performance.now()')) as number;

  return {
    page,
    async cpu() {
      const processes = await processesOf(whole);
      const sum = (pids: readonly number[]) =>
        pids.reduce((seconds, pid) => seconds + processCost(pid).cpuSeconds, 0);
      return {
        pageSeconds: processCost(rendererPid).cpuSeconds,
        mainSeconds: mainThreadSeconds(rendererPid),
        gpuSeconds: sum(processes.filter(({ type }) => type === 'GPU').map(({ id }) => id)),
        browserSeconds: sum(processes.map(({ id }) => id)),
      };
    },
    async memory() {
      const from = await pageNow();
      await session.send('HeapProfiler.collectGarbage');
      const { usedSize } = await session.send('Runtime.getHeapUsage');
      collections.push({ from: from - 5, to: (await pageNow()) + 5 });
      return { heapMb: usedSize / 1e6, rssMb: processCost(rendererPid).rssMb };
    },
    async longTasks() {
      const taken = (await page.evaluate('window.benchLongTasks.splice(0)')) as LongTask[];
      return taken
        .filter((task) => !collections.some(({ from, to }) => task.startTime < to && endOf(task) > from))
        .map(({ duration }) => duration);
    },
    close: () => browser.close(),
  };
}

interface LongTask {
  startTime: number;
  duration: number;
}

const endOf = ({ startTime, duration }: LongTask): number => startTime + duration;

type Processes = Awaited<ReturnType<typeof processesOf>>;

async function processesOf(whole: CDPSession) {
  const { processInfo } = await whole.send('SystemInfo.getProcessInfo');
  // One that ended between the question and the reading of its cost is gone from the sum as well.
  return processInfo.filter(({ id }) => readdirSync('/proc').includes(String(id)));
}

/** The renderer that computes when the page does: a browser holds spare ones. */
async function rendererOf(page: Page, whole: CDPSession): Promise<number> {
  const renderers = (processes: Processes) => processes.filter(({ type }) => type === 'renderer');
  const before = new Map(
    renderers(await processesOf(whole)).map(({ id }) => [id, processCost(id).cpuSeconds]),
  );
  await page.evaluate('(() => { const end = performance.now() + 500; while (performance.now() < end); })()');
  const grown = renderers(await processesOf(whole)).map(({ id }) => ({
    id,
    seconds: processCost(id).cpuSeconds - (before.get(id) ?? 0),
  }));
  grown.sort((a, b) => b.seconds - a.seconds);
  const busiest = grown[0];
  if (busiest === undefined || busiest.seconds < 0.2)
    throw new Error('the renderer of the page was not found');
  return busiest.id;
}

/** The first thread of a renderer is its main thread. */
function mainThreadSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/task/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(stat[11]) + Number(stat[12])) / 100;
}
