import { randomBytes } from 'node:crypto';
import { createLake } from '../../src/main/datalake/create-lake';
import { eventOf, placesAt, progressOf, START_US, windowOf } from '../../src/main/datalake/lake-fixtures';
import { systemClock } from '../../src/main/platform/clock';
import { createLogger } from '../../src/main/platform/logger';
import { systemRandom } from '../../src/main/platform/random';

/**
 * Run as a process of its own: for every line on its standard input it takes a lake's first partition over and writes events
 * with the numbers that follow the checkpoint, some at a time, until it is fenced. Prints a word for what happens.
 */
const PROBE = 'home-0a1b2c3d';
const lake = createLake({
  directory: process.argv[2] as string,
  clock: systemClock,
  random: systemRandom,
  logger: createLogger('silent'),
  sealRows: 20,
});
const say = (word: string): boolean => process.stdout.write(`${word}\n`);

async function writeUntilFenced(): Promise<void> {
  const writer = lake.partition(0);
  try {
    const opening = await writer.open();
    say('opened');
    let last = Number(opening.progress?.places.test?.nextOffset ?? 1) - 1;
    for (;;) {
      const count = 1 + ((randomBytes(1)[0] ?? 0) % 9);
      writer.append(Array.from({ length: count }, (_, index) => eventOf(last + index + 1)));
      await writer.flushRaw();
      last += count;
      await writer.upsertWindows([windowOf(START_US, { total_pings: last })]);
      await writer.commit(progressOf({ places: placesAt(last + 1), lastSeq: { [PROBE]: last } }));
      say(`committed ${last}`);
      for (let step = 0; step < 3; step += 1) await writer.maintain(systemClock.nowUs());
    }
  } catch (error) {
    say(error instanceof Error && 'code' in error ? String(error.code) : `failed ${String(error)}`);
  } finally {
    await writer.close();
  }
}

for await (const chunk of process.stdin.setEncoding('utf8')) {
  if (chunk.trim() === 'write') await writeUntilFenced();
}
await lake.close();
