import { AppError } from '../../shared/contract/app-error';
import type { LogSwitch } from '../../shared/contract/kafka';
import type { KafkaSettings, Role } from '../../shared/domain/kafka-settings';
import type { Settings } from '../../shared/domain/settings';
import type { EventLog, EventReader, Offset } from '../event-log/event-log';
import type { ConnectTopicOptions } from '../event-log/kafka/connect-topic';
import type { KafkaTopic } from '../event-log/kafka/kafka-topic';
import { LogRoutes, type Way } from '../event-log/log-routes';
import { createPartitionedReader } from '../event-log/partitioned-reader';
import { createRouteReader, type RouteReader } from '../event-log/route-reader';
import type { Clock } from '../platform/clock';
import type { Logger } from '../platform/logger';
import type { KafkaConnection } from './kafka-connection';
import type { Notices } from './notices';
import type { StreamJob } from './stream-job';
import { createStreamJobs, type StreamJobs } from './stream-jobs';

/** How often it is looked whether a switch is finished, and whether settings that could not be used can be by now. */
const LOOK_MS = 1_000;
/** How long a change of cluster or topic waits until the old one was read to its end. */
const LEAVE_WITHIN_MS = 3_000;

export interface LogFeedOptions {
  log: EventLog;
  /** Where the routes are kept. */
  routesPath: string;
  role: Role;
  settings: () => Settings;
  lake: { open(): Promise<unknown>; readonly partitions: number };
  /** Makes this process the only one that writes the lake. @throws AppError `in_use` */
  holdLake: () => Promise<{ release(): Promise<void> }>;
  connectTopic: (options: Omit<ConnectTopicOptions, 'env' | 'clock' | 'logger'>) => Promise<KafkaTopic>;
  createJob: (
    partition: number,
    of: { readers: () => readonly EventReader[]; drains: boolean; partitions: number; onFenced: () => void },
    onFailed: () => void,
  ) => StreamJob;
  connection: KafkaConnection;
  notices: Notices;
  clock: Clock;
  logger: Logger;
  /** Jobs of the embedded log stand still; whoever joined them has to start them again. */
  onFailed: () => void;
}

/** Brings events from the log to the stream jobs: which log, which partitions, and from one log to the other. */
export interface LogFeed {
  /** @throws AppError when the lake or the routes cannot be opened; what could be started was stopped again */
  start(): Promise<void>;
  /** @returns false when the lake could not take what was read. Idempotent */
  stop(): Promise<boolean>;
  /** @throws AppError when the change that these settings ask for cannot be made: to be asked before they are saved */
  check(next: Settings): void;
  /** Does what changed settings ask for: switches the log, or connects anew. Never rejects. */
  applySettings(): Promise<void>;
  readonly jobs: StreamJobs;
  readonly topic: KafkaTopic | null;
  logSwitch(): LogSwitch | null;
}

export function createLogFeed(options: LogFeedOptions): LogFeed {
  const { log, role, lake, notices, connection, clock, logger } = options;
  const hasLake = role !== 'prober';
  let routes: LogRoutes | null = null;
  let topic: KafkaTopic | null = null;
  /** The settings that `topic` was made for. */
  let topicSettings: KafkaSettings | null = null;
  let heldLake: { release(): Promise<void> } | null = null;
  let running = false;
  let looking: NodeJS.Timeout | null = null;
  let last: Promise<unknown> = Promise.resolve();
  /** Up to where events have arrived by each way. */
  const arrived: Record<Way, Offset> = { embedded: 0n, kafka: 0n };

  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };
  const known = (): LogRoutes => {
    if (routes === null) throw new Error('the routes of the log were asked for before it was started');
    return routes;
  };

  const readerOf = (way: Way): RouteReader =>
    createRouteReader({
      log,
      routes: known,
      way,
      async onCommit(_partition, nextOffset) {
        if (nextOffset > arrived[way]) arrived[way] = nextOffset;
        await trim();
      },
    });
  const toLake = createPartitionedReader(readerOf('embedded'), () => lake.partitions);
  const toTopic = readerOf('kafka');

  /** Gives back what has arrived, whichever way it went. */
  const trim = async (): Promise<void> => {
    let lowest = Number(await log.endOffset(0));
    for (const way of ['embedded', 'kafka'] as const) {
      const waiting = known().nextOf(way, Number(arrived[way]));
      if (waiting !== null) lowest = Math.min(lowest, waiting);
    }
    await log.commit(0, BigInt(lowest));
  };

  const readersOf = (partition: number): readonly EventReader[] => {
    const { current } = known();
    const own = current === 'embedded' || known().hasOlder('embedded') ? [toLake] : [];
    const shared = topic?.partitions.includes(partition) === true ? [topic] : [];
    return [...own, ...shared];
  };
  /** Whether the embedded log feeds all partitions here: as the log, or because a switch from it is not finished. */
  const isFedHere = (): boolean => known().current === 'embedded' || known().hasOlder('embedded');

  const jobs = createStreamJobs({
    createJob: (partition, onFailed) =>
      options.createJob(
        partition,
        {
          readers: () => readersOf(partition),
          drains: isFedHere(),
          partitions: lake.partitions,
          onFenced: () => void jobs.drop(partition),
        },
        onFailed,
      ),
    // Of the group's partitions, the next sign of life from the coordinator starts what does not run.
    onFailed: () => {
      if (isFedHere()) options.onFailed();
    },
  });

  const takeAssigned = async (): Promise<void> => {
    if (!running || isFedHere() || topic === null) return;
    const assigned = topic.partitions;
    const isAsAssigned = assigned.join() === jobs.running().join();
    if (isAsAssigned) return;
    for (const error of await jobs.assign(assigned)) {
      logger.warn({ err: error }, 'a partition could not be taken over and is tried again');
    }
  };

  const openTopic = async (): Promise<void> => {
    const settings = options.settings().kafka;
    try {
      const made = await options.connectTopic({
        settings,
        backlog: toTopic,
        partitions: hasLake ? lake.partitions : null,
        onShipped: (nextOffset) => toTopic.commit(0, nextOffset),
        onAssigned: () => void takeAssigned(),
        onConfirmed: () => void takeAssigned(),
        onConnected: connection.connected,
        onFailed: connection.failed,
      });
      topic = made;
      topicSettings = settings;
      await made.start();
      if (hasLake && (known().current === 'embedded' || !isFedHere())) made.join();
    } catch (error) {
      // A file or variable that is not there may come: the next look tries again.
      connection.failed(error);
    }
  };

  const closeTopic = async (): Promise<void> => {
    await topic?.stop();
    topic = null;
    topicSettings = null;
    connection.forget();
  };

  const holdLake = async (): Promise<void> => {
    heldLake ??= await options.holdLake();
  };
  const releaseLake = async (): Promise<void> => {
    await heldLake?.release();
    heldLake = null;
  };

  /** Starts what the routes ask for. */
  const enter = async (): Promise<void> => {
    if (hasLake) await lake.open();
    const needsTopic = known().current === 'kafka' || known().hasOlder('kafka');
    if (hasLake && isFedHere()) {
      await holdLake();
      const all = Array.from({ length: lake.partitions }, (_, partition) => partition);
      const [failure] = await jobs.assign(all);
      if (failure !== undefined) throw failure;
    } else if (hasLake) {
      // Nobody who is the only one may be at work there.
      await holdLake();
      await releaseLake();
    }
    if (needsTopic && topic === null) await openTopic();
  };

  /** Where a new way can begin: behind everything that was appended, or handed to a reader, so far. */
  const begin = async (way: Way): Promise<void> => {
    const end = await log.endOffset(0);
    await known().begin(way, Number(end), clock.nowUs());
    const sentence = `From event ${end} on, probes travel by ${way === 'kafka' ? 'Kafka' : 'the embedded log'}.`;
    notices.tell('kafka', 'info', 'log_switch_begun', sentence);
  };

  /** Goes on with a switch: what is left of the old way has arrived? */
  const look = async (): Promise<void> => {
    if (!running) return;
    const { current } = known();
    if (topic === null && (current === 'kafka' || known().hasOlder('kafka'))) await openTopic();
    if (current === 'kafka' && known().hasOlder('embedded')) await lookAtEmbedded();
    if (current === 'embedded' && known().hasOlder('kafka')) await lookAtKafka();
  };

  const lookAtEmbedded = async (): Promise<void> => {
    const isEmpty = known().nextOf('embedded', Number(await log.startOffset(0))) === null;
    if (!isEmpty) {
      if (!hasLake) return;
      await jobs.flush().catch(() => undefined);
      const reached = jobs.committed(log.source);
      if (reached === null || reached < BigInt(known().currentFromSeq)) return;
    }
    if (hasLake && !(await jobs.stop())) return void options.onFailed();
    await known().forgetOlder();
    await releaseLake();
    if (hasLake) topic?.join();
    notices.tell(
      'kafka',
      'info',
      'log_switch',
      'Everything that was to come by the embedded log is in the lake.',
    );
  };

  const lookAtKafka = async (): Promise<void> => {
    const pending = pendingAtBroker();
    const unshipped = known().nextOf('kafka', Number(arrived.kafka)) !== null;
    if (topic === null || unshipped || pending !== 0) return;
    await jobs.flush().catch(() => undefined);
    await closeTopic();
    await known().forgetOlder();
    notices.tell(
      'kafka',
      'info',
      'log_switch_finished',
      'Everything that was to come by Kafka is in the lake.',
    );
  };

  /** Records of the topic that the lake does not hold; null when that cannot be told. */
  const pendingAtBroker = (): number | null => {
    const view = topic?.view ?? null;
    if (
      topic === null ||
      view === null ||
      (topic.shipping.lastAckUs !== null && view.atUs < topic.shipping.lastAckUs)
    ) {
      return null;
    }
    let sum = 0n;
    for (const [partition, { high }] of view.offsets) {
      if (partition >= lake.partitions) continue;
      const done = jobs.committedOf(partition, topic.source);
      if (done === null) {
        if (high > 0n) return null;
        continue;
      }
      if (high > done) sum += high - done;
    }
    return Number(sum);
  };

  /** Waits a little until the old cluster or topic is read to its end; what is left there stays there. */
  const leaveTopic = async (): Promise<void> => {
    const startedMs = clock.monotonicMs();
    while (clock.monotonicMs() - startedMs < LEAVE_WITHIN_MS && connection.state().state === 'connected') {
      await jobs.flush().catch(() => undefined);
      if (pendingAtBroker() === 0) break;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    await jobs.stop();
    const pending = pendingAtBroker();
    if (pending !== 0) {
      const sentence = `The old topic was left with ${pending ?? 'an unknown number of'} records unread: set it again to have them.`;
      notices.tell('kafka', 'warning', 'topic_left', sentence);
    }
    await closeTopic();
  };

  const change = async (): Promise<void> => {
    if (!running) return;
    const { log: wanted, kafka } = options.settings();
    if (wanted !== known().current) {
      if (wanted === 'embedded') {
        await holdLake();
        await begin('embedded');
        await jobs.stop();
      } else await begin('kafka');
      await enter();
    } else if (topicSettings !== null && JSON.stringify(topicSettings) !== JSON.stringify(kafka)) {
      await leaveTopic();
      await enter();
    }
  };

  const lookLater = (): void => {
    looking = setTimeout(() => {
      void alone(look)
        .catch((error: unknown) => logger.warn({ err: error }, 'a switch of the log could not go on'))
        .finally(() => {
          if (running) lookLater();
        });
    }, LOOK_MS);
  };

  return {
    jobs,
    get topic() {
      return topic;
    },
    start: () =>
      alone(async () => {
        if (running) return;
        routes ??= await LogRoutes.open(options.routesPath);
        arrived.embedded = await log.startOffset(0);
        arrived.kafka = arrived.embedded;
        running = true;
        try {
          if (options.settings().log !== known().current) await begin(options.settings().log);
          await enter();
        } catch (error) {
          running = false;
          await jobs.stop();
          await closeTopic();
          await releaseLake();
          throw error;
        }
        lookLater();
      }),
    stop: () =>
      alone(async () => {
        if (!running) return true;
        running = false;
        if (looking !== null) clearTimeout(looking);
        looking = null;
        const isWritten = await jobs.stop();
        await closeTopic();
        await releaseLake();
        return isWritten;
      }),
    check(next) {
      if (routes === null || next.log === routes.current) return;
      const shared = topic?.assigned?.length ?? lake.partitions;
      if (next.log === 'embedded' && shared < lake.partitions) {
        const others = lake.partitions - shared;
        throw new AppError(
          'conflict',
          `Other processes aggregate ${others} of the lake's ${lake.partitions} partitions: stop them first, or choose another lake for the embedded log.`,
          { field: 'log' },
        );
      }
      if (next.log === 'embedded' && role !== 'all') {
        throw new AppError('conflict', `A mere ${role} needs Kafka: start with --role all.`, {
          field: 'log',
        });
      }
    },
    applySettings: () =>
      alone(change).catch((error: unknown) => {
        logger.error({ err: error }, 'the log could not be switched');
        options.onFailed();
      }),
    logSwitch() {
      if (routes === null || !routes.hasOlder(routes.current === 'kafka' ? 'embedded' : 'kafka')) return null;
      const { current, currentFromSeq, switchedUs } = routes;
      const from: Way = current === 'kafka' ? 'embedded' : 'kafka';
      const waiting = routes.nextOf(from, Number(arrived[from]));
      return {
        from,
        to: current,
        seq: currentFromSeq,
        atUs: switchedUs ?? 0,
        pendingHere: waiting === null ? 0 : currentFromSeq - waiting,
        pendingAtBroker: from === 'kafka' ? pendingAtBroker() : 0,
      };
    },
  };
}
