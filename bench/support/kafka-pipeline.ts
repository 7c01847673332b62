import { join } from 'node:path';
import { createLake } from '../../src/main/datalake/create-lake';
import { createEmbeddedEventLog } from '../../src/main/event-log/embedded-event-log';
import { connectTopic } from '../../src/main/event-log/kafka/connect-topic';
import { createStreamJob } from '../../src/main/pipeline/create-stream-job';
import { createStreamJobs } from '../../src/main/pipeline/stream-jobs';
import { systemClock } from '../../src/main/platform/clock';
import { createLogger } from '../../src/main/platform/logger';
import { systemRandom } from '../../src/main/platform/random';
import type { AggregatorSnapshot } from '../../src/main/windowing/aggregator';
import { PARTITIONS, settingsOf } from './broker';
import { createPhaseTimes } from './phase-times';

const FLUSH_MS = 10_000;

export type KafkaPipeline = Awaited<ReturnType<typeof createKafkaPipeline>>;

/**
 * Topic, jobs and lake as the engine joins them for an aggregator, on a folder of their own, without interface and live state.
 * @param onAssigned the group gave us partitions for the first time
 */
export async function createKafkaPipeline(of: {
  bootstrap: string;
  topic: string;
  directory: string;
  onAssigned: () => void;
}) {
  const parts = { clock: systemClock, logger: createLogger('error') };
  const log = createEmbeddedEventLog({
    directory: join(of.directory, 'event-log'),
    proberName: 'bench',
    random: systemRandom,
    ...parts,
  });
  const lake = createLake<AggregatorSnapshot>({
    directory: join(of.directory, 'datalake'),
    partitions: PARTITIONS,
    random: systemRandom,
    ...parts,
  });
  const phases = createPhaseTimes();
  const fail = (error: unknown): void => {
    throw error;
  };
  const settings = settingsOf(of.bootstrap, of.topic);
  let isFirst = true;
  let lastError: unknown = null;
  const take = (): void => {
    if (topic.partitions.length === 0) return;
    if (isFirst) of.onAssigned();
    isFirst = false;
    if (topic.partitions.join() !== jobs.running().join())
      void jobs.assign(topic.partitions).then((failures) => failures.forEach(fail));
  };
  const jobs = createStreamJobs({
    onFailed: (partition) => fail(new Error(`the job of partition ${partition} failed`)),
    createJob(partition, onFailed) {
      const seen = phases.watch(
        () => (topic.partitions.includes(partition) ? topic : null),
        lake.partition(partition),
      );
      return createStreamJob({
        ...parts,
        readers() {
          const reader = seen.reader();
          return reader === null ? [] : [reader];
        },
        partition,
        partitions: lake.partitions,
        drains: false,
        writer: seen.writer,
        settings: () => ({ windowMs: 60_000, watermarkMs: 60_000, flushMs: FLUSH_MS }),
        onFlushed: () => undefined,
        onFlushFailed: fail,
        onWindows: () => undefined,
        onMaintenance(error) {
          if (error !== null) fail(error);
        },
        onNotice: () => undefined,
        onRefused: (reasons) => fail(new Error(`records were refused: ${reasons.join(', ')}`)),
        onStreamFailed: fail,
        onFailed,
      });
    },
  });
  const topic = await connectTopic({
    ...parts,
    settings,
    env: {},
    backlog: log,
    partitions: PARTITIONS,
    onShipped: () => Promise.resolve(),
    onAssigned: take,
    onConfirmed: take,
    onConnected: () => undefined,
    // It tries again by itself; what is missing in the end is seen in the lake.
    onFailed(error) {
      lastError = error;
    },
  });
  return {
    jobs,
    lake,
    topic,
    times: phases.times,
    /** What the cluster refused last, although it was tried again since; null = nothing yet. */
    lastError: () => lastError,
    async start() {
      await log.start();
      await lake.open();
      await topic.start();
      topic.join();
    },
    async stop() {
      await topic.stop();
      await lake.close();
      await log.stop();
    },
  };
}
