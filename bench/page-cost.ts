import { serveBarePage } from './support/bare-page';
import { sleep } from './support/engine-run';
import { openMeasuredPage, type PageCpu, type Task } from './support/measured-page';
import type { Benchmark, BenchResult } from './support/result';
import { quantile } from './support/statistics';
import { startWatchedEngine } from './support/watched-engine';

const MINUTES = Number(process.env.BENCH_MINUTES ?? 5);
const SETTLE_MS = 20_000;

interface Cost {
  /** Shares of one core over the whole time, %. */
  cpu: Record<keyof PageCpu, number>;
  /** At the end of every minute. */
  heapMb: number[];
  rssMb: number[];
  tasks: Task[];
}

/** What the page at `address` costs in steady state, minute by minute. */
async function watch(address: string, minutes: number, progress: (text: string) => void): Promise<Cost> {
  const page = await openMeasuredPage(address);
  await sleep(SETTLE_MS);
  await page.memory();
  const cost: Cost = {
    cpu: { pageSeconds: 0, mainSeconds: 0, waitedSeconds: 0, gpuSeconds: 0, browserSeconds: 0 },
    heapMb: [],
    rssMb: [],
    tasks: [],
  };
  const kinds = Object.keys(cost.cpu) as (keyof PageCpu)[];
  for (let minute = 1; minute <= minutes; minute += 1) {
    const before = await page.cpu();
    const startMs = performance.now();
    const tasks = await page.tasks(() => sleep(60_000));
    const seconds = (performance.now() - startMs) / 1000;
    const after = await page.cpu();
    // The forced collection comes after the reading: what it costs is the benchmark's, not the page's.
    const { heapMb, rssMb } = await page.memory();
    for (const kind of kinds) cost.cpu[kind] += (100 * (after[kind] - before[kind])) / seconds / minutes;
    cost.heapMb.push(heapMb);
    cost.rssMb.push(rssMb);
    cost.tasks.push(...tasks);
    progress(
      `minute ${minute}: page ${((100 * (after.pageSeconds - before.pageSeconds)) / seconds).toFixed(1)} % of a core, heap ${heapMb.toFixed(1)} MB, resident ${rssMb.toFixed(0)} MB`,
    );
  }
  await page.close();
  return cost;
}

/** Least-squares slope over the minutes, MB per minute; a single jump weighs less than steady growth. */
function growth(values: readonly number[]): number {
  const mean = (values.length - 1) / 2;
  let above = 0;
  let below = 0;
  values.forEach((value, at) => {
    above += (at - mean) * value;
    below += (at - mean) ** 2;
  });
  return below === 0 ? 0 : above / below;
}

const longest = (tasks: readonly Task[]): Task =>
  tasks.reduce((held, task) => (task.wallMs > held.wallMs ? task : held), { wallMs: 0, cpuMs: 0 });

function resultsOf(targets: number, cost: Cost, bare: Cost): BenchResult[] {
  const at = `at ${targets}`;
  const last = (values: readonly number[]) => values.at(-1) ?? Number.NaN;
  const against = (pick: (cost: Cost) => number) => ({
    value: pick(cost),
    baseline: { name: 'bare page', value: pick(bare) },
  });
  const lines: BenchResult[] = [
    {
      name: `page's CPU, its whole process, ${at}`,
      unit: '% core',
      ...against(({ cpu }) => cpu.pageSeconds),
      goal: { at: 'most', value: 20 },
    },
    { name: `  of it the main thread, ${at}`, unit: '% core', ...against(({ cpu }) => cpu.mainSeconds) },
    {
      name: `apart: GPU process, here in software, ${at}`,
      unit: '% core',
      ...against(({ cpu }) => cpu.gpuSeconds),
    },
    {
      name: `apart: all processes of the browser, ${at}`,
      unit: '% core',
      ...against(({ cpu }) => cpu.browserSeconds),
    },
    {
      name: `longest task in steady state, ${at}`,
      unit: 'ms',
      ...against(({ tasks }) => longest(tasks).wallMs),
      goal: { at: 'most', value: 100 },
    },
    { name: `  of it on a core, ${at}`, unit: 'ms', ...against(({ tasks }) => longest(tasks).cpuMs) },
    {
      name: `tasks ≥ 50 ms, ${at}`,
      unit: 'tasks',
      value: cost.tasks.filter(({ wallMs }) => wallMs >= 50).length,
    },
    {
      name: `heaviest task by its time on a core, ${at}`,
      unit: 'ms',
      ...against(({ tasks }) => tasks.reduce((most, { cpuMs }) => Math.max(most, cpuMs), 0)),
      goal: { at: 'most', value: 100 },
    },
    {
      name: `main thread kept waiting by others, ${at}`,
      unit: '% time',
      ...against(({ cpu }) => cpu.waitedSeconds),
    },
    {
      name: `JS heap after collection, minute ${MINUTES}, ${at}`,
      unit: 'MB',
      ...against(({ heapMb }) => last(heapMb)),
    },
    {
      name: `JS heap growth, ${at}`,
      unit: 'MB/min',
      value: growth(cost.heapMb),
      goal: { at: 'most', value: 0.2 },
    },
    { name: `page resident, minute ${MINUTES}, ${at}`, unit: 'MB', ...against(({ rssMb }) => last(rssMb)) },
    {
      name: `page resident, highest less median, ${at}`,
      unit: 'MB',
      value: Math.max(...cost.rssMb) - quantile(cost.rssMb, 0.5),
    },
  ];
  return lines;
}

export const benchmark: Benchmark = {
  name: 'page-cost',
  about: `CPU, long tasks and memory of the overview in steady state over ${MINUTES} min at 100 and 500 targets at 1 Hz with an hour of history, against a page that draws one point a second`,
  async run(progress) {
    const bare = await serveBarePage();
    progress('bare page');
    const bareCost = await watch(bare.address, 1, progress);
    bare.stop();
    const results: BenchResult[] = [];
    for (const targets of [100, 500]) {
      progress(`${targets} targets`);
      const engine = await startWatchedEngine(targets);
      const cost = await watch(engine.address, MINUTES, progress);
      await engine.stop();
      engine.remove();
      results.push(...resultsOf(targets, cost, bareCost));
    }
    return results;
  },
};
