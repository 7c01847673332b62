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
  /**
   * Runs `during` and tells every task of the main thread that ended meanwhile, from Chromium's own trace, which costs the
   * page somewhat less than a hundredth of a core.
   */
  tasks(during: () => Promise<void>): Promise<Task[]>;
  close(): Promise<void>;
}

/** A task by the clock, and what it had of a core meanwhile: the rest it waited for one that others held. */
export interface Task {
  wallMs: number;
  cpuMs: number;
}

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
  if (initScript !== '') await page.addInitScript(initScript);
  await page.goto(address);
  const whole = await browser.newBrowserCDPSession();
  const session = await context.newCDPSession(page);
  await session.send('HeapProfiler.enable');
  const rendererPid = await rendererOf(page, whole);

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
      await session.send('HeapProfiler.collectGarbage');
      const { usedSize } = await session.send('Runtime.getHeapUsage');
      return { heapMb: usedSize / 1e6, rssMb: processCost(rendererPid).rssMb };
    },
    async tasks(during) {
      await browser.startTracing(page, { categories: ['toplevel'] });
      await during();
      const trace = (await browser.stopTracing()).toString('utf8');
      return tasksOf((JSON.parse(trace) as { traceEvents: TraceEvent[] }).traceEvents, rendererPid);
    },
    close: () => browser.close(),
  };
}

interface TraceEvent {
  name: string;
  pid: number;
  tid: number;
  /** By the clock, µs. */
  dur?: number;
  /** CPU time of the thread, µs. */
  tdur?: number;
  args?: { name?: string };
}

function tasksOf(events: readonly TraceEvent[], rendererPid: number): Task[] {
  const main = events.find(({ pid, args }) => pid === rendererPid && args?.name === 'CrRendererMain');
  if (main === undefined) throw new Error('the trace does not tell the main thread');
  return events
    .filter(({ pid, tid, name }) => pid === rendererPid && tid === main.tid && name.endsWith('::RunTask'))
    .map(({ dur = 0, tdur = 0 }) => ({ wallMs: dur / 1000, cpuMs: tdur / 1000 }));
}

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
