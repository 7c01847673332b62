import { spawn } from 'node:child_process';
import { processCost, runEngine, sleep } from './support/engine-run';
import type { Benchmark, BenchResult } from './support/result';
import { startBenchServer } from './support/server';

const MINUTES = Number(process.env.BENCH_MINUTES ?? 5);

/** The bare baseline: a Node process that does nothing but stand there. MB. */
async function bareRssMb(): Promise<number> {
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)']);
  await sleep(1500);
  const { rssMb } = processCost(child.pid as number);
  child.kill();
  return rssMb;
}

export const benchmark: Benchmark = {
  name: 'resident',
  about: `memory and CPU of the whole engine at 100 targets over ${MINUTES} min, against an empty Node process`,
  async run(progress) {
    const bare = await bareRssMb();
    const server = await startBenchServer();
    const origin = `http://127.0.0.1:${server.httpPort}`;
    const engine = await runEngine({
      targets: Array.from({ length: 100 }, (_, index) => ({
        name: `t${index}`,
        url: `${origin}/${index}`,
        intervalMs: 1000,
      })),
    });
    const results: BenchResult[] = [];
    await sleep(60_000);
    const early = processCost(engine.pid);
    results.push({
      name: 'resident after 1 min',
      value: early.rssMb,
      unit: 'MB',
      baseline: { name: 'empty Node', value: bare },
    });
    let highest = early.rssMb;
    for (let minute = 2; minute <= MINUTES; minute += 1) {
      for (let quarter = 0; quarter < 4; quarter += 1) {
        await sleep(15_000);
        highest = Math.max(highest, processCost(engine.pid).rssMb);
      }
      progress(`minute ${minute}: ${processCost(engine.pid).rssMb.toFixed(0)} MB`);
    }
    const late = processCost(engine.pid);
    await engine.stop();
    server.stop();
    engine.remove();
    results.push(
      {
        name: `resident after ${MINUTES} min`,
        value: late.rssMb,
        unit: 'MB',
        baseline: { name: 'empty Node', value: bare },
        goal: { at: 'most', value: 250 },
      },
      { name: 'resident, highest', value: highest, unit: 'MB', goal: { at: 'most', value: 250 } },
      {
        name: 'CPU, share of one core',
        value: (100 * (late.cpuSeconds - early.cpuSeconds)) / ((MINUTES - 1) * 60),
        unit: '%',
      },
    );
    return results;
  },
};
