import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLake } from '../../src/main/datalake/create-lake';
import type { Lake } from '../../src/main/datalake/lake';
import { createEmbeddedEventLog } from '../../src/main/event-log/embedded-event-log';
import type { EventLog } from '../../src/main/event-log/event-log';
import { createStreamJob } from '../../src/main/pipeline/create-stream-job';
import type { StreamJob } from '../../src/main/pipeline/stream-job';
import { type Clock, systemClock } from '../../src/main/platform/clock';
import { createLogger } from '../../src/main/platform/logger';
import { systemRandom } from '../../src/main/platform/random';
import type { AggregatorSnapshot } from '../../src/main/windowing/aggregator';

/** Log, windows and lake as the engine joins them, on a folder of their own, without a prober. */
export interface Pipeline {
  readonly directory: string;
  readonly log: EventLog;
  readonly lake: Lake<AggregatorSnapshot>;
  readonly job: StreamJob;
  remove(): void;
}

/** @param directory a data folder as the engine lays it out; without one a temporary folder is made */
export function createPipeline(
  flushMs: number,
  clock: Clock = systemClock,
  directory = mkdtempSync(join(tmpdir(), 'uptimer-bench-')),
): Pipeline {
  const parts = { clock, random: systemRandom, logger: createLogger('error') };
  const log = createEmbeddedEventLog({
    directory: join(directory, 'event-log'),
    proberName: 'bench',
    ...parts,
  });
  const lake = createLake<AggregatorSnapshot>({ directory: join(directory, 'datalake'), ...parts });
  const fail = (error: unknown): void => {
    throw error;
  };
  const job = createStreamJob({
    ...parts,
    readers: () => [log],
    partition: 0,
    partitions: 1,
    drains: true,
    writer: lake.partition(0),
    settings: () => ({ windowMs: 60_000, watermarkMs: 60_000, flushMs }),
    onFlushed: () => undefined,
    onFlushFailed: fail,
    onWindows: () => undefined,
    onMaintenance: (error) => {
      if (error !== null) fail(error);
    },
    onNotice: () => undefined,
    onStreamFailed: fail,
    onFailed: () => undefined,
  });
  return { directory, log, lake, job, remove: () => rmSync(directory, { recursive: true, force: true }) };
}
