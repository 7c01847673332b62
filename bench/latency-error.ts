import { get } from 'node:http';
import { runEngine, sleep } from './support/engine-run';
import type { Benchmark } from './support/result';
import { startBenchServer } from './support/server';
import { quantile } from './support/statistics';

const SECONDS = 30;
const HOLD_MS = 50;
const KNOWN = 20;

/** One bare, lonely request to the same service: what the loopback and Node themselves add to the known delay, ms. */
async function bareErrors(port: number, rounds: number): Promise<number[]> {
  const latencies: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await new Promise<void>((resolve) => {
      const startMs = performance.now();
      get({ host: '127.0.0.1', port, path: `/hold/${HOLD_MS}/bare`, agent: false }, (response) => {
        response.resume().once('end', () => {
          latencies.push(performance.now() - startMs);
          resolve();
        });
      });
    });
  }
  return latencies;
}

export const benchmark: Benchmark = {
  name: 'latency-error',
  about: `measured latency less the time the service held the request, while 1,000 targets run, against lonely bare requests`,
  async run(progress) {
    const server = await startBenchServer();
    const bare = await bareErrors(server.httpPort, 100);
    const bareHolds = (await server.takeHolds()).bare ?? [];
    const bareError = bare.map((latency, index) => latency - (bareHolds[index] ?? Number.NaN));

    progress('1,000 targets');
    const origin = `http://127.0.0.1:${server.httpPort}`;
    const engine = await runEngine({
      targets: [
        ...Array.from({ length: 1000 - KNOWN }, (_, index) => ({
          name: `t${index}`,
          url: `${origin}/${index}`,
          intervalMs: 1000,
        })),
        ...Array.from({ length: KNOWN }, (_, index) => ({
          name: `known${index}`,
          url: `${origin}/hold/${HOLD_MS}/known${index}`,
          intervalMs: 1000,
        })),
      ],
    });
    await sleep((SECONDS + 3) * 1000);
    await engine.stop();
    const holds = await server.takeHolds();
    server.stop();
    const errors: number[] = [];
    for (let index = 0; index < KNOWN; index += 1) {
      const rows = await engine.ask(
        `SELECT latency_ms FROM RAW WHERE target_id = 'known${index}' AND status_code = 200 ORDER BY seq`,
      );
      // A probe that was under way when the engine stopped was held but not recorded: it is the last one.
      rows.slice(3).forEach(([latency], at) => {
        errors.push((latency as number) - (holds[`known${index}`]?.[at + 3] ?? Number.NaN));
      });
    }
    engine.remove();
    return [
      {
        name: 'latency error p50',
        value: quantile(errors, 0.5),
        unit: 'ms',
        baseline: { name: 'bare p50', value: quantile(bareError, 0.5) },
      },
      {
        name: 'latency error p99',
        value: quantile(errors, 0.99),
        unit: 'ms',
        baseline: { name: 'bare p99', value: quantile(bareError, 0.99) },
        goal: { at: 'most', value: 1 },
      },
      { name: 'probes compared', value: errors.length, unit: 'probes' },
    ];
  },
};
