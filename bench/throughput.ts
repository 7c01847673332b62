import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { runEngine, sleep } from './support/engine-run';
import type { Benchmark, BenchResult } from './support/result';
import { type BenchServer, startBenchServer } from './support/server';

const SECONDS = 20;
const TARGETS = 2500;
const CONCURRENCY = 64;

/** The bare baseline: one thread, fresh connections, a fixed number under way, nothing stored. Requests/s. */
async function bareLoop(server: BenchServer, secure: boolean): Promise<number> {
  const ca = readFileSync(server.caFile);
  const port = secure ? server.httpsPort : server.httpPort;
  let done = 0;
  const endMs = performance.now() + (SECONDS / 2) * 1000;
  const one = (): Promise<void> =>
    new Promise((resolve) => {
      const options = { host: '127.0.0.1', port, path: '/', agent: false as const };
      const onResponse = (response: import('node:http').IncomingMessage): void => {
        response.resume().once('close', resolve);
      };
      const request = secure
        ? httpsRequest({ ...options, ca }, onResponse)
        : httpRequest(options, onResponse);
      request.once('error', () => resolve()).end();
    });
  const startMs = performance.now();
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      while (performance.now() < endMs) {
        await one();
        done += 1;
      }
    }),
  );
  return done / ((performance.now() - startMs) / 1000);
}

/** Asks for more probes than the machine can do and counts those that ended up in the lake, per second. */
async function endToEnd(server: BenchServer, secure: boolean): Promise<number> {
  const origin = secure ? `https://127.0.0.1:${server.httpsPort}` : `http://127.0.0.1:${server.httpPort}`;
  const engine = await runEngine({
    targets: Array.from({ length: TARGETS }, (_, index) => ({
      name: `t${index}`,
      url: `${origin}/${index}`,
      intervalMs: 200,
    })),
    caFile: server.caFile,
  });
  await sleep((SECONDS + 5) * 1000);
  await engine.stop();
  // The first seconds, in which everything starts, do not count.
  const [row] = await engine.ask(
    `SELECT count(*) FROM RAW WHERE status_code = 200 AND started_at >= (SELECT min(started_at) FROM RAW) + INTERVAL 5 SECOND
       AND started_at < (SELECT min(started_at) FROM RAW) + INTERVAL ${5 + SECONDS - 2} SECOND`,
  );
  engine.remove();
  return (row?.[0] ?? 0) / (SECONDS - 2);
}

export const benchmark: Benchmark = {
  name: 'throughput',
  about: 'probes per second, fresh connection to durable in log and lake, against a bare request loop',
  async run(progress) {
    const results: BenchResult[] = [];
    for (const secure of [false, true]) {
      const name = secure ? 'HTTPS' : 'HTTP';
      const server = await startBenchServer();
      progress(`${name}, bare loop`);
      const bare = await bareLoop(server, secure);
      progress(`${name}, end to end`);
      const value = await endToEnd(server, secure);
      server.stop();
      results.push({
        name: `${name} probes end to end`,
        value,
        unit: 'per s',
        baseline: { name: 'bare loop', value: bare },
        goal: { at: 'least', value: 0.6 * bare },
      });
    }
    return results;
  },
};
