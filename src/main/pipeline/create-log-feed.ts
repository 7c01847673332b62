import { AppError } from '../../shared/contract/app-error';
import type { EventReader } from '../event-log/event-log';
import { LogRoutes, type Way } from '../event-log/log-routes';
import { createPartitionedReader } from '../event-log/partitioned-reader';
import { createLogArrivals } from './log-arrivals';
import type { LogFeed, LogFeedOptions } from './log-feed';
import { pendingAtBroker } from './pending-at-broker';
import { createStreamJobs } from './stream-jobs';
import { createTopicLink } from './topic-link';

/** How often it is looked whether a switch is finished, and whether settings that could not be used can be by now. */
const LOOK_MS = 1_000;
/** How long a stop waits for what is on its way. */
const SETTLE_MS = 1_000;

export function createLogFeed(options: LogFeedOptions): LogFeed {
  const { log, role, lake, notices, clock, logger } = options;
  const hasLake = role !== 'prober';
  let routes: LogRoutes | null = null;
  const link = createTopicLink(options);
  let heldLake: { release(): Promise<void> } | null = null;
  let running = false;
  let looking: NodeJS.Timeout | null = null;
  let last: Promise<unknown> = Promise.resolve();

  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };
  const known = (): LogRoutes => {
    if (routes === null) throw new Error('the routes of the log were asked for before it was started');
    return routes;
  };

  const arrivals = createLogArrivals(log, known, options.keptFrom);
  const toLake = createPartitionedReader(arrivals.readerOf('embedded'), () => lake.partitions);
  const toTopic = arrivals.readerOf('kafka');

  /** Whether a topic lies between log and lake: as the log, or because a switch from it is not finished. */
  const needsTopic = (): boolean => known().current === 'kafka' || known().hasOlder('kafka');

  const readersOf = (partition: number): readonly EventReader[] => {
    const { current } = known();
    const own = current === 'embedded' || known().hasOlder('embedded') ? [toLake] : [];
    const shared = link.topic?.partitions.includes(partition) === true ? [link.topic] : [];
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
    if (!running || isFedHere() || link.topic === null) return;
    const assigned = link.topic.partitions;
    const isAsAssigned = assigned.join() === jobs.running().join();
    if (isAsAssigned) return;
    for (const error of await jobs.assign(assigned).catch((failure: unknown) => [failure])) {
      logger.warn({ err: error }, 'a partition could not be taken over and is tried again');
    }
  };

  const openTopic = async (): Promise<void> => {
    await link.open({
      settings: options.settings().kafka,
      backlog: toTopic,
      partitions: hasLake ? lake.partitions : null,
      ships: role !== 'aggregator',
      onShipped: (nextOffset) => toTopic.commit(0, nextOffset),
      onAssigned: () => void takeAssigned(),
      onConfirmed: () => void takeAssigned(),
    });
    joinTopic();
  };
  /** A switch to Kafka joins when the embedded log is read to its end. */
  const joinTopic = (): void => {
    if (hasLake && (known().current === 'embedded' || !isFedHere())) link.topic?.join();
  };

  const holdLake = async (): Promise<void> => {
    heldLake ??= await options.holdLake();
  };
  const releaseLake = async (): Promise<void> => {
    await heldLake?.release();
    heldLake = null;
  };

  /** With its own log a process is the only writer of its lake. */
  const mustBeAlone = async (): Promise<void> => {
    const [user] = await lake.users();
    if (user === undefined) return;
    await releaseLake();
    throw new AppError(
      'in_use',
      `--lake: process ${user.pid} on ${user.host} works on partition ${user.partition} of the lake. Stop it first, or choose another lake for the embedded log.`,
      { field: '--lake' },
    );
  };

  /** Starts what the routes ask for. */
  const enter = async (): Promise<void> => {
    await lake.open();
    if (hasLake && isFedHere()) {
      await holdLake();
      await mustBeAlone();
      const all = Array.from({ length: lake.partitions }, (_, partition) => partition);
      const [failure] = await jobs.assign(all);
      if (failure !== undefined) throw failure;
    } else if (hasLake) {
      // Nobody who is the only one may be at work there.
      await holdLake();
      await releaseLake();
    }
    if (needsTopic() && link.topic === null) await openTopic();
    // It may be in use since a switch that was taken back: then it has not joined, or nothing has travelled by it.
    else if (needsTopic()) joinTopic();
    else if (link.topic !== null) await link.close();
  };

  /** Where a new way can begin: behind everything that was appended, or handed to a reader, so far. */
  const begin = async (way: Way): Promise<void> => {
    const end = await log.endOffset(0);
    await known().begin(way, Number(end), clock.nowUs());
    // A log that nothing was ever appended to has no old way.
    if (end <= 1n) return;
    const sentence = `From event ${end} on, probes travel by ${way === 'kafka' ? 'Kafka' : 'the embedded log'}.`;
    notices.tell('kafka', 'info', 'log_switch_begun', sentence);
  };

  /** Goes on with a switch: what is left of the old way has arrived? */
  const look = async (): Promise<void> => {
    if (!running) return;
    const { current } = known();
    if (link.topic === null && needsTopic()) await openTopic();
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
    if (hasLake) link.topic?.join();
    notices.tell(
      'kafka',
      'info',
      'log_switch_finished',
      'Everything that was to come by the embedded log is in the lake.',
    );
  };

  const lookAtKafka = async (): Promise<void> => {
    const pending = pendingNow();
    const unshipped = arrivals.waitingFor('kafka') !== null;
    if (link.topic === null || unshipped || pending !== 0) return;
    await jobs.flush().catch(() => undefined);
    await link.close();
    await known().forgetOlder();
    notices.tell(
      'kafka',
      'info',
      'log_switch_finished',
      'Everything that was to come by Kafka is in the lake.',
    );
  };

  const pendingNow = (): number | null => pendingAtBroker(link.topic, jobs, lake.partitions);

  const change = async (): Promise<void> => {
    if (!running) return;
    const { log: wanted, kafka } = options.settings();
    const isOfOtherSettings = link.isFor(kafka) === false;
    if (wanted === known().current) {
      if (!isOfOtherSettings) return;
      await link.leave(jobs, pendingNow);
    } else if (wanted === 'embedded') {
      await holdLake();
      await begin('embedded');
      await jobs.stop();
    } else {
      await begin('kafka');
      // Still in use since the last switch away from Kafka, which is not finished, maybe because its brokers cannot be reached.
      if (isOfOtherSettings) await link.leave(jobs, pendingNow);
    }
    await enter();
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
      return link.topic;
    },
    // Before the start nobody knows.
    needsTopic: () => routes === null || needsTopic(),
    start: () =>
      alone(async () => {
        if (running) return;
        routes ??= await LogRoutes.open(options.routesPath);
        await arrivals.begin();
        running = true;
        try {
          if (options.settings().log !== known().current) await begin(options.settings().log);
          await enter();
        } catch (error) {
          running = false;
          await jobs.stop();
          await link.close();
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
        // What was measured last should not have to wait for the next start.
        if (options.connection.state().state === 'connected') await link.topic?.settle(SETTLE_MS);
        const isWritten = await jobs.stop();
        await link.close();
        await releaseLake();
        return isWritten;
      }),
    async check(next) {
      if (routes === null || next.log === routes.current || next.log !== 'embedded') return;
      if (role !== 'all') {
        throw new AppError('conflict', `A mere ${role} needs Kafka: start with --role all.`, {
          field: 'log',
        });
      }
      const shared = link.topic?.assigned?.length ?? lake.partitions;
      const [user] = await lake.users();
      if (user === undefined && shared >= lake.partitions) return;
      const who = user === undefined ? 'Another process' : `Process ${user.pid} on ${user.host}`;
      throw new AppError(
        'conflict',
        `${who} aggregates partitions of this lake: stop it first, or choose another lake for the embedded log.`,
        { field: 'log' },
      );
    },
    applySettings: () =>
      alone(change).catch((error: unknown) => {
        logger.error({ err: error }, 'the log could not be switched');
        options.onFailed();
      }),
    backlog() {
      if (link.topic === null) return null;
      const first = arrivals.waitingFor('kafka');
      const waiting = first === null ? 0 : Math.max(0, log.stats().nextSeq - first);
      return role === 'aggregator' && waiting === 0 ? null : waiting;
    },
    trim: () => alone(() => (routes === null ? Promise.resolve() : arrivals.trim())),
    clearTopic: () =>
      alone(async () => {
        try {
          await link.topic?.clear();
        } catch (cause) {
          throw new AppError(
            'unavailable',
            'The topic cannot be emptied: the cluster is away, or does not allow DELETE on the topic. Nothing was cleared.',
            { domain: 'external', retry: 'backoff', cause },
          );
        }
      }),
    logSwitch() {
      if (routes === null || !routes.hasOlder(routes.current === 'kafka' ? 'embedded' : 'kafka')) return null;
      const { current, currentFromSeq, switchedUs } = routes;
      const from: Way = current === 'kafka' ? 'embedded' : 'kafka';
      const waiting = arrivals.waitingFor(from);
      return {
        from,
        to: current,
        seq: currentFromSeq,
        atUs: switchedUs ?? 0,
        pendingHere: waiting === null ? 0 : currentFromSeq - waiting,
        pendingAtBroker: from === 'kafka' ? pendingNow() : 0,
      };
    },
  };
}
