import { join } from 'node:path';
import { createLake } from '../../src/main/datalake/create-lake';
import { createEmbeddedEventLog } from '../../src/main/event-log/embedded-event-log';
import { resultOf } from '../../src/main/event-log/event-log-fixtures';
import { connectTopic } from '../../src/main/event-log/kafka/connect-topic';
import { createLogFeed } from '../../src/main/pipeline/create-log-feed';
import { createStreamJob } from '../../src/main/pipeline/create-stream-job';
import { createKafkaConnection } from '../../src/main/pipeline/kafka-connection';
import { createNotices } from '../../src/main/pipeline/notices';
import { systemClock } from '../../src/main/platform/clock';
import { createLogger } from '../../src/main/platform/logger';
import { systemRandom } from '../../src/main/platform/random';
import type { AggregatorSnapshot } from '../../src/main/windowing/aggregator';
import type { KafkaSettings, Role } from '../../src/shared/domain/kafka-settings';
import { type Settings, settingsSchema } from '../../src/shared/domain/settings';

const parts = { clock: systemClock, random: systemRandom, logger: createLogger('silent') };

export interface FeedOptions {
  /** Holds log, routes and, where it is not named, the lake. */
  folder: string;
  lakeFolder?: string;
  role?: Role;
  log: Settings['log'];
  kafka: KafkaSettings;
  onHeld?: (isHeld: boolean) => void;
}

/** A log feed over a real log and a real lake, as the engine joins them, not started. */
export function createFeedKit(options: FeedOptions) {
  const { folder, role = 'all', kafka } = options;
  let settings = settingsSchema.parse({ log: options.log, kafka, flushMs: 1_000 });
  const log = createEmbeddedEventLog({
    ...parts,
    directory: join(folder, 'event-log'),
    proberName: 'test',
  });
  const lake = createLake<AggregatorSnapshot>({
    ...parts,
    directory: options.lakeFolder ?? join(folder, 'datalake'),
    partitions: kafka.partitions,
  });
  const notices = createNotices(systemClock);
  const failures: unknown[] = [];
  const feed = createLogFeed({
    log,
    routesPath: join(folder, 'log-routes.json'),
    role,
    settings: () => settings,
    lake,
    async holdLake() {
      options.onHeld?.(true);
      return { release: async () => options.onHeld?.(false) };
    },
    keptFrom: () => Number.MAX_SAFE_INTEGER,
    connectTopic: (of) => connectTopic({ ...of, env: {}, clock: parts.clock, logger: parts.logger }),
    createJob: (partition, { onFenced: _onFenced, ...of }, onFailed) =>
      createStreamJob({
        ...of,
        partition,
        writer: lake.partition(partition),
        clock: parts.clock,
        logger: parts.logger,
        settings: () => settings,
        onFlushed: () => undefined,
        onFlushFailed: (error) => failures.push(error),
        onWindows: () => undefined,
        onMaintenance: () => undefined,
        onNotice: () => undefined,
        onStreamFailed: (error) => failures.push(error),
        onFailed,
      }),
    connection: createKafkaConnection({ clock: parts.clock, notices, role }),
    notices,
    clock: parts.clock,
    logger: parts.logger,
    onFailed: () => failures.push(new Error('the feed stands still')),
  });
  let next = 0;

  return {
    log,
    lake,
    feed,
    notices,
    failures,
    async start(): Promise<void> {
      await log.start();
      await feed.start();
    },
    async stop(): Promise<void> {
      await feed.stop();
      await lake.close();
      await log.stop();
    },
    /** Of seven targets, one after another, so that every partition has some. */
    async append(count: number): Promise<void> {
      const results = Array.from({ length: count }, () => {
        next += 1;
        return resultOf(next, { target_id: `target-${next % 7}` });
      });
      await log.append(results);
    },
    async switchTo(way: Settings['log']): Promise<void> {
      const wanted = { ...settings, log: way };
      await feed.check(wanted);
      settings = wanted;
      await feed.applySettings();
    },
    settingsWith: (way: Settings['log']): Settings => ({ ...settings, log: way }),
    /** Every number in the lake, flushed or not, ascending; one that is there twice is there twice. */
    async seqsInLake(): Promise<number[]> {
      const seqs: number[] = [];
      for (const partition of feed.jobs.running()) {
        const all = [{ fromUs: 0, toUs: Number.MAX_SAFE_INTEGER }];
        for await (const batch of lake.partition(partition).readRaw(all))
          seqs.push(...batch.map(({ seq }) => seq));
      }
      return seqs.sort((a, b) => a - b);
    },
  };
}
export type FeedKit = ReturnType<typeof createFeedKit>;

/** 1 to `count`. */
export const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
