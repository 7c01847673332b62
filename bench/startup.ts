import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Benchmark } from './support/result';
import { startBenchServer } from './support/server';
import { quantile } from './support/statistics';

const ROUNDS = 7;

/** Milliseconds from starting the process to the first acknowledged event on its extra descriptor. */
function firstDurableMs(url: string): Promise<number> {
  const data = mkdtempSync(join(tmpdir(), 'uptimer-bench-'));
  const startedMs = performance.now();
  const child = spawn(
    process.execPath,
    ['out/main/headless.js', '--data', data, '--port', '0', '--url', url, '--ack-fd', '3'],
    { stdio: ['ignore', 'ignore', 'inherit', 'pipe'], env: { ...process.env, API_URL: '' } },
  );
  return new Promise((resolve) => {
    let elapsedMs = 0;
    (child.stdio[3] as Readable).once('data', () => {
      elapsedMs = performance.now() - startedMs;
      child.kill('SIGTERM');
    });
    child.once('close', () => {
      rmSync(data, { recursive: true, force: true });
      resolve(elapsedMs);
    });
  });
}

/** The bare baseline: a Node process that makes one request and ends. */
function bareMs(url: string): number {
  const startedMs = performance.now();
  const script = `require('node:http').get(${JSON.stringify(url)}, { agent: false }, (r) => r.resume())`;
  spawnSync(process.execPath, ['-e', script]);
  return performance.now() - startedMs;
}

export const benchmark: Benchmark = {
  name: 'startup',
  about: 'process start to the first durable event, against a bare Node process that makes one request',
  async run() {
    const server = await startBenchServer();
    const url = `http://127.0.0.1:${server.httpPort}/`;
    const measured: number[] = [];
    const bare: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      measured.push(await firstDurableMs(url));
      bare.push(bareMs(url));
    }
    server.stop();
    return [
      {
        name: 'start to first durable event, median',
        value: quantile(measured, 0.5),
        unit: 'ms',
        baseline: { name: 'bare process and request', value: quantile(bare, 0.5) },
        goal: { at: 'most', value: 2000 },
      },
    ];
  },
};
