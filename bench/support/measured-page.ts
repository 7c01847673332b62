import { readdirSync, readFileSync } from 'node:fs';
import type { CDPSession, Page } from 'playwright-core';
import { openBrowser } from '../../test/support/browser';
import { processCost, sleep } from './engine-run';

/** CPU seconds used so far (user and system, Linux). */
export interface PageCpu {
  /** The page's renderer process: script, style, layout, and the tiles, which it paints in software here. */
  pageSeconds: number;
  /** The part of it on the main thread, where React and the charts run. */
  mainSeconds: number;
  /** How long the main thread had something to do and waited for a core that others held: the machine's share in delays. */
  waitedSeconds: number;
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
  /**
   * CPU time of the task that took most of it within `seconds`, ms: what the page asks of its main thread at once, however
   * busy the machine is. Traces meanwhile, so nothing else should be measured at the same time.
   */
  mostCpuInATask(seconds: number): Promise<number>;
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
        ...mainThread(rendererPid),
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
    async mostCpuInATask(seconds) {
      await browser.startTracing(page, { categories: ['toplevel'] });
      await sleep(seconds * 1000);
      const trace = JSON.parse((await browser.stopTracing()).toString('utf8')) as {
        traceEvents: TraceEvent[];
      };
      const main = trace.traceEvents.find(
        ({ pid, args }) => pid === rendererPid && args?.name === 'CrRendererMain',
      );
      if (main === undefined) throw new Error('the trace does not tell the main thread');
      return trace.traceEvents
        .filter(({ pid, tid, name }) => pid === rendererPid && tid === main.tid && name.endsWith('::RunTask'))
        .reduce((most, { tdur = 0 }) => Math.max(most, tdur / 1000), 0);
    },
    close: () => browser.close(),
  };
}

interface TraceEvent {
  name: string;
  pid: number;
  tid: number;
  /** CPU time of the thread, µs. */
  tdur?: number;
  args?: { name?: string };
}

interface LongTask {
  startTime: number;
  duration: number;
}

const endOf = ({ startTime, duration }: LongTask): number => startTime + duration;

async function processesOf(whole: CDPSession) {
  const { processInfo } = await whole.send('SystemInfo.getProcessInfo');
  // One that ended between the question and the reading of its cost is gone from the sum as well.
  return processInfo.filter(({ id }) => readdirSync('/proc').includes(String(id)));
}

/** The renderer that computes when the page does: a browser holds spare ones. */
async function rendererOf(page: Page, whole: CDPSession): Promise<number> {
  const used = async () =>
    (await processesOf(whole))
      .filter(({ type }) => type === 'renderer')
      .map(({ id }) => ({ id, seconds: processCost(id).cpuSeconds }));
  // On a busy machine half a second of computing may get the page little of a core.
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const before = new Map((await used()).map(({ id, seconds }) => [id, seconds]));
    await page.evaluate(
      '(() => { const end = performance.now() + 500; while (performance.now() < end); })()',
    );
    const grown = (await used())
      .map(({ id, seconds }) => ({ id, seconds: seconds - (before.get(id) ?? 0) }))
      .sort((a, b) => b.seconds - a.seconds);
    const [first, second] = grown;
    if (first !== undefined && first.seconds > 0.1 && first.seconds > 3 * (second?.seconds ?? 0))
      return first.id;
  }
  throw new Error('the renderer of the page was not found');
}

/** The first thread of a renderer is its main thread. */
function mainThread(pid: number): { mainSeconds: number; waitedSeconds: number } {
  const read = (file: string) => readFileSync(`/proc/${pid}/task/${pid}/${file}`, 'utf8');
  const stat = read('stat').split(') ')[1]?.split(' ') ?? [];
  return {
    mainSeconds: (Number(stat[11]) + Number(stat[12])) / 100,
    waitedSeconds: Number(read('schedstat').split(' ')[1]) / 1e9,
  };
}
