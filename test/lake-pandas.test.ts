import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLake } from '../src/main/datalake/create-lake';
import { eventOf, progressOf, windowOf } from '../src/main/datalake/lake-fixtures';
import { metricsSchema } from '../src/main/datalake/metrics-schema';
import { rawSchema } from '../src/main/datalake/raw-schema';
import { createLogger } from '../src/main/platform/logger';
import { systemRandom } from '../src/main/platform/random';
import { findPandas, startPandasReader } from './support/pandas';

const PROBE = 'home-0a1b2c3d';
const MINUTE = 60_000_000;
const START = Date.UTC(2026, 0, 15, 20) * 1000;
const WRITE_MS = 8_000;

const pandas = await findPandas();
if ('reason' in pandas) console.warn(`skipped: ${pandas.reason}`);

describe.skipIf('reason' in pandas)('pandas in a loop', () => {
  let directory = '';
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'uptimer-pandas-lake-'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it('reads both folders at every moment of flushes and merges, and no row twice', {
    timeout: 90_000,
  }, async () => {
    // Twenty minutes pass with every flush, so that hours and days close all the time; what readers have listed stays
    // for as long as it does in earnest, since that is counted on the monotonic clock.
    let nowUs = START;
    const clock = { nowUs: () => nowUs, monotonicMs: () => performance.now() };
    const logger = createLogger('silent');
    const lake = createLake({ directory, clock, random: systemRandom, logger });
    await lake.partition(0).open();
    let seq = 0;
    let windows = 0;
    const flush = async (): Promise<void> => {
      const events = Array.from({ length: 60 }, (_, index) => {
        seq += 1;
        return eventOf(seq, { timestamp: nowUs - index * 1_000_000, target_id: `target-${seq % 7}` });
      });
      // Every fifth flush brings rows for the day before, which is merged already.
      if (seq % 300 === 0) for (const event of events.slice(0, 5)) event.timestamp -= 24 * 60 * MINUTE;
      lake.partition(0).append(events);
      await lake.partition(0).flushRaw();
      await lake.partition(0).upsertWindows([windowOf(nowUs), windowOf(nowUs - 20 * MINUTE)]);
      windows += 1;
      await lake.partition(0).commit(progressOf({ lastSeq: { [PROBE]: seq } }));
      await lake.partition(0).maintain(nowUs);
      nowUs += 20 * MINUTE;
    };
    await flush();
    const reader = startPandasReader('python' in pandas ? pandas.python : '', directory);
    const endMs = performance.now() + WRITE_MS;
    let mostFiles = 0;
    while (performance.now() < endMs) {
      await flush();
      for (const table of ['lake1_raw', 'lake2_metrics']) {
        for (const date of await readdir(join(directory, table))) {
          mostFiles = Math.max(mostFiles, (await readdir(join(directory, table, date))).length);
        }
      }
    }
    const looks = await reader.stop();
    const stats = lake.stats();
    await lake.close();

    expect(looks.length).toBeGreaterThan(5);
    const errors = looks.flatMap((look) => [look.raw.error, look.metrics.error]).filter((error) => error);
    expect(errors).toEqual([]);
    expect(looks.filter((look) => look.raw.doubled !== 0 || look.metrics.doubled !== 0)).toEqual([]);
    expect(mostFiles).toBeLessThanOrEqual(30);
    const last = looks.at(-1);
    expect(last?.raw.rows).toBe(seq);
    expect(last?.metrics.rows).toBe(windows + 1);
    expect(last?.raw.columns).toEqual([...rawSchema.columns.map(({ name }) => name), 'date'].sort());
    expect(last?.metrics.columns).toEqual([...metricsSchema.columns.map(({ name }) => name), 'date'].sort());
    // Merges did take place: without them every third flush leaves a file.
    expect(stats.rawFiles).toBeLessThan(seq / 60 / 3);
  });
});
