import { writeSync } from 'node:fs';
import { createEmbeddedEventLog } from '../../src/main/event-log/embedded-event-log';
import { resultsOf } from '../../src/main/event-log/event-log-fixtures';
import { systemClock } from '../../src/main/platform/clock';
import { createLogger } from '../../src/main/platform/logger';
import { systemRandom } from '../../src/main/platform/random';

/**
 * Appends to the log in the folder of its first argument until it is killed, and prints each acknowledged number on a
 * line of its own as soon as it is acknowledged. The second argument says what happens to what was acknowledged:
 * `keep`; `trim`: it is committed, so that the counter outlives all batches; `clear`: batches are large and the log is
 * cleared now and then, which makes its file anew.
 */
const [directory = '', mode = ''] = process.argv.slice(2);
const log = createEmbeddedEventLog({
  directory,
  proberName: 'kill',
  random: systemRandom,
  clock: systemClock,
  logger: createLogger('warn'),
});
await log.start();
writeSync(1, `probe ${log.probeId}\n`);
let size = 1;
for (;;) {
  size = (size * 7) % 61;
  const events = await log.append(resultsOf(0, mode === 'clear' ? size * 100 : size));
  writeSync(1, events.map((event) => `${event.seq}\n`).join(''));
  if (mode === 'trim') await log.commit(0, BigInt((events.at(-1)?.seq ?? 0) + 1));
  if (mode === 'clear' && log.stats().fileBytes > 3_000_000) await log.clear();
}
