import { get } from 'node:http';
import { subscribeToProbes } from './support/engine-api';
import { runEngine, sleep } from './support/engine-run';
import type { Benchmark } from './support/result';
import { startBenchServer } from './support/server';
import { quantile } from './support/statistics';

const SECONDS = 20;

interface Arrival {
  seq: number;
  receivedMs: number;
}

export const benchmark: Benchmark = {
  name: 'push',
  about:
    'probe finished → durable → received by a subscriber of the push stream, against a bare loopback request',
  async run(progress) {
    const server = await startBenchServer();
    const origin = `http://127.0.0.1:${server.httpPort}`;
    const bare: number[] = [];
    for (let round = 0; round < 200; round += 1) {
      await new Promise<void>((resolve) => {
        const startMs = performance.now();
        get({ host: '127.0.0.1', port: server.httpPort, path: '/', agent: false }, (response) => {
          response.resume().once('end', () => {
            bare.push(performance.now() - startMs);
            resolve();
          });
        });
      });
    }
    progress('100 targets');
    const engine = await runEngine({
      targets: Array.from({ length: 100 }, (_, index) => ({
        name: `t${index}`,
        url: `${origin}/${index}`,
        intervalMs: 1000,
      })),
    });
    const arrivals: Arrival[] = [];
    const unsubscribe = subscribeToProbes(engine.address, (probes, receivedMs) => {
      for (const { seq } of probes) arrivals.push({ seq, receivedMs });
    });
    await sleep(SECONDS * 1000);
    unsubscribe();
    await engine.stop();
    server.stop();
    const rows = await engine.ask(
      'SELECT seq, (epoch_us(started_at) + latency_ms * 1000) / 1000.0 FROM RAW WHERE latency_ms IS NOT NULL',
    );
    engine.remove();
    const finishedMs = new Map(rows.map(([seq, ms]) => [seq as number, ms as number]));
    const delays = arrivals.flatMap(({ seq, receivedMs }) => {
      const finished = finishedMs.get(seq);
      return finished === undefined ? [] : [receivedMs - finished];
    });
    return [
      { name: 'finished → pushed p50', value: quantile(delays, 0.5), unit: 'ms' },
      {
        name: 'finished → pushed p99',
        value: quantile(delays, 0.99),
        unit: 'ms',
        baseline: { name: 'bare request p99', value: quantile(bare, 0.99) },
        goal: { at: 'most', value: 100 },
      },
      { name: 'pushes compared', value: delays.length, unit: 'probes' },
    ];
  },
};
