// Clears up when whoever started it is gone, however it went: its stdin ends then, also after `kill -9`.
// Takes one JSON object a line: {"kill": pid} {"forget": pid} {"remove": folder} {"run": [program, ...args]}
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import process from 'node:process';
import { createInterface } from 'node:readline';

const pids = new Set();
const folders = new Set();
const commands = [];

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);

for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line);
  if (order.kill !== undefined) pids.add(order.kill);
  if (order.forget !== undefined) pids.delete(order.forget);
  if (order.remove !== undefined) folders.add(order.remove);
  if (order.run !== undefined) commands.push(order.run);
}

for (const pid of pids) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It had ended by itself.
  }
}
for (const [program, ...args] of commands) spawnSync(program, args, { stdio: 'ignore', timeout: 60_000 });
// A process that was just killed may still be writing for a moment.
for (const folder of folders)
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
