import { systemClock } from '../../src/main/platform/clock';
import { createLogger } from '../../src/main/platform/logger';
import { createProber } from '../../src/main/prober/create-prober';
import { probeTargetOf } from '../../src/main/prober/prober-fixtures';

/**
 * Run as a process of its own, so that it can be stopped: probes ten targets and prints every row as a line of JSON.
 * Arguments: the worker, the URL, the interval in ms.
 */
const [workerPath = '', url = '', intervalMs = ''] = process.argv.slice(2);
const prober = createProber({
  workerPath,
  clock: systemClock,
  logger: createLogger('warn'),
  version: '0.0.0',
  poolSize: 2,
  onResults: (rows) => {
    process.stdout.write(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  },
});
const targets = Array.from({ length: 10 }, (_, index) =>
  probeTargetOf({ id: `target-${index}`, url, intervalMs: Number(intervalMs) }),
);
await prober.start(targets, []);
