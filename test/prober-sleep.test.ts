import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ProbeResult } from '../src/shared/domain/probe-event';
import { eventually } from './support/eventually';
import { type MisbehavingServer, startMisbehavingServer } from './support/misbehaving-server';

const INTERVAL_MS = 500;
const ASLEEP_MS = 4000;

let server: MisbehavingServer;
let child: ChildProcess;
const rows: ProbeResult[] = [];
beforeAll(async () => {
  server = await startMisbehavingServer();
  const args = [resolve('out/main/prober-worker.js'), server.url('/ok'), String(INTERVAL_MS)];
  child = spawn(process.execPath, ['--import', 'tsx', 'test/support/probing-child.ts', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (child.stdout !== null) {
    createInterface({ input: child.stdout }).on('line', (line) => rows.push(JSON.parse(line) as ProbeResult));
  }
});
afterAll(async () => {
  child.kill('SIGKILL');
  await server.close();
});

it('a process that was stopped for a while leaves one missed row per target, and no burst of probes after it', async () => {
  await eventually(() => rows.length).toBeGreaterThan(30);
  child.kill('SIGSTOP');
  await new Promise((resume) => setTimeout(resume, ASLEEP_MS));
  const [rowsBefore, requestsBefore, wokenMs] = [rows.length, server.requests.length, performance.now()];
  child.kill('SIGCONT');
  const upAgain = () => rows.slice(rowsBefore).filter(({ outcome }) => outcome === 'up');
  await eventually(() => new Set(upAgain().map((row) => row.target_id)).size).toBe(10);
  // One probe per target and interval, and what was under way when it was stopped.
  const intervals = Math.ceil((performance.now() - wokenMs) / INTERVAL_MS);
  expect(server.requests.length - requestsBefore).toBeLessThanOrEqual(10 * intervals + 10);
  for (const id of new Set(rows.map((row) => row.target_id))) {
    const own = rows.filter((row) => row.target_id === id);
    const gap = own.find((row) => (row.missed_count ?? 0) > 1);
    expect(gap).toMatchObject({ failure_code: 'asleep' });
    expect(gap?.missed_count).toBeGreaterThanOrEqual(ASLEEP_MS / INTERVAL_MS - 1);
    expect(gap?.missed_count).toBeLessThanOrEqual(ASLEEP_MS / INTERVAL_MS + 3);
    // Nothing is lost and nothing comes twice: an interval lies between any two instants.
    const instants = own
      .flatMap(({ timestamp, missed_count }) =>
        Array.from({ length: missed_count ?? 1 }, (_, index) => timestamp + index * INTERVAL_MS * 1000),
      )
      .sort((one, two) => one - two);
    for (const [index, dueUs] of instants.slice(2).entries()) {
      expect(dueUs - (instants[index + 1] ?? 0)).toBe(INTERVAL_MS * 1000);
    }
    // None is blamed on the target.
    expect(own.filter(({ outcome }) => outcome === 'down')).toEqual([]);
  }
});
