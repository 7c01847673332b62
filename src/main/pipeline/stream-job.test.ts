import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLake } from '../datalake/create-lake';
import { createEmbeddedEventLog } from '../event-log/embedded-event-log';
import { resultOf } from '../event-log/event-log-fixtures';
import { systemClock } from '../platform/clock';
import { createLogger } from '../platform/logger';
import { systemRandom } from '../platform/random';
import type { AggregatorSnapshot } from '../windowing/aggregator';
import { createStreamJob } from './create-stream-job';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'uptimer-job-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function createParts() {
  const common = { clock: systemClock, random: systemRandom, logger: createLogger('silent') };
  const log = createEmbeddedEventLog({ ...common, directory: join(directory, 'log'), proberName: 'test' });
  const lake = createLake<AggregatorSnapshot>({ ...common, directory: join(directory, 'datalake') });
  const failures: unknown[] = [];
  const job = createStreamJob({
    ...common,
    readers: () => [log],
    partition: 0,
    partitions: 1,
    drains: true,
    writer: lake.partition(0),
    settings: () => ({ windowMs: 60_000, watermarkMs: 60_000, flushMs: 600_000 }),
    onFlushed: () => undefined,
    onFlushFailed: (error) => failures.push(error),
    onWindows: () => undefined,
    onMaintenance: () => undefined,
    onNotice: () => undefined,
    onStreamFailed: (error) => failures.push(error),
    onFailed: () => undefined,
  });
  return { log, lake, job, failures };
}
/** Five minutes of one target, so that several windows close. */
const fiveMinutes = () => Array.from({ length: 300 }, (_, index) => resultOf(index));
const metrics = join('datalake', 'lake2_metrics');
const parquetIn = async (folder: string): Promise<string[]> =>
  (await readdir(join(directory, folder), { recursive: true })).filter((name) => name.endsWith('.parquet'));

describe('the stream job', () => {
  it('that could not start leaves the lake closed, and starts when it can', async () => {
    const { log, lake, job } = createParts();
    await expect(job.start()).rejects.toMatchObject({ code: 'unavailable' });
    expect(job.overlay()).toEqual([]);
    await log.start();
    await log.append(fiveMinutes());
    await job.start();
    await job.flush();
    expect(lake.stats()).toMatchObject({ rawRows: 300, unflushedRows: 0 });
    expect(await job.stop()).toBe(true);
    await log.stop();
  });

  it('keeps what a lake that cannot be written did not take, over a stop and a start', async () => {
    const { log, lake, job, failures } = createParts();
    await log.start();
    await job.start();
    await rm(join(directory, metrics), { recursive: true });
    writeFileSync(join(directory, metrics), 'no folder any more');
    await log.append(fiveMinutes());
    expect(await job.stop()).toBe(false);
    expect(failures).not.toEqual([]);

    await rm(join(directory, metrics));
    await mkdir(join(directory, metrics));
    await job.start();
    await job.flush();
    expect(lake.stats().rawRows).toBe(300);
    expect(lake.stats().windowRows).toBe(job.stats().written);
    expect(job.stats().written).toBeGreaterThan(2);
    expect(await job.stop()).toBe(true);
    await log.stop();
  });

  it('writes no window of what was cleared', async () => {
    const { log, lake, job } = createParts();
    await log.start();
    await job.start();
    await rm(join(directory, metrics), { recursive: true });
    writeFileSync(join(directory, metrics), 'no folder any more');
    await log.append(fiveMinutes());
    expect(await job.stop()).toBe(false);
    await rm(join(directory, metrics));

    await log.clear();
    await lake.reset();
    await job.start();
    await job.flush();
    expect(job.overlay()).toEqual([]);
    expect(await job.stop()).toBe(true);
    expect(await parquetIn(metrics)).toEqual([]);
    await log.stop();
  });
});
