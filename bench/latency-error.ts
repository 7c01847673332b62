import { get } from 'node:http';
import { runEngine, sleep } from './support/engine-run';
import { type KnownDelay, startKnownDelay } from './support/known-delay';
import type { Benchmark } from './support/result';
import { startBenchServer } from './support/server';
import { quantile } from './support/statistics';

const SECONDS = 30;
const HOLD_MS = 50;
const KNOWN = 20;

/** Bare, lonely requests to the same service: what the loopback and Node themselves add to the known delay, ms. */
async function bareErrors(known: KnownDelay, rounds: number): Promise<number[]> {
  const latencies: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await new Promise<void>((resolve) => {
      const startMs = performance.now();
      get({ host: '127.0.0.1', port: known.port, path: '/bare', agent: false }, (response) => {
        response.resume().once('end', () => {
          latencies.push(performance.now() - startMs);
          resolve();
        });
      });
    });
  }
  const holds = (await known.takeHolds()).bare ?? [];
  return latencies.map((latency, index) => latency - (holds[index] ?? Number.NaN));
}

export const benchmark: Benchmark = {
  name: 'latency-error',
  about: `measured latency less the time the service held the request, while 1,000 targets run, against lonely bare requests`,
  async run(progress) {
    // A process of its own: how long a busy service takes to notice a request is its latency, not the prober's error.
    const known = await startKnownDelay(HOLD_MS);
    const bareError = await bareErrors(known, 300);

    progress('1,000 targets');
    const server = await startBenchServer();
    const engine = await runEngine({
      targets: [
        ...Array.from({ length: 1000 - KNOWN }, (_, index) => ({
          name: `t${index}`,
          url: `http://127.0.0.1:${server.httpPort}/${index}`,
          intervalMs: 1000,
        })),
        ...Array.from({ length: KNOWN }, (_, index) => ({
          name: `known${index}`,
          url: `http://127.0.0.1:${known.port}/known${index}`,
          intervalMs: 1000,
        })),
      ],
    });
    await sleep((SECONDS + 3) * 1000);
    await engine.stop();
    const holds = await known.takeHolds();
    known.stop();
    server.stop();
    const errors: number[] = [];
    const connects: number[] = [];
    const answers: number[] = [];
    const transfers: number[] = [];
    for (let index = 0; index < KNOWN; index += 1) {
      const rows = await engine.ask(
        `SELECT latency_ms, connect_ms, ttfb_ms, transfer_ms FROM RAW WHERE target_id = 'known${index}' AND status_code = 200 ORDER BY seq`,
      );
      // A probe that was under way when the engine stopped was held but not recorded: it is the last one.
      rows.slice(3).forEach(([latency = 0, connect = 0, ttfb = 0, transfer = 0], at) => {
        const hold = holds[`known${index}`]?.[at + 3] ?? Number.NaN;
        errors.push(latency - hold);
        connects.push(connect);
        answers.push(ttfb - hold);
        transfers.push(transfer);
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
      { name: 'of it, to connect: p99', value: quantile(connects, 0.99), unit: 'ms' },
      { name: 'of it, request sent and answer noticed: p99', value: quantile(answers, 0.99), unit: 'ms' },
      { name: 'of it, the body: p99', value: quantile(transfers, 0.99), unit: 'ms' },
      { name: 'probes compared', value: errors.length, unit: 'probes' },
    ];
  },
};
