import type { LogSwitch } from '../../shared/contract/kafka';
import type { Role } from '../../shared/domain/kafka-settings';
import type { Settings } from '../../shared/domain/settings';
import type { Lake } from '../datalake/lake';
import type { EventLog, EventReader } from '../event-log/event-log';
import type { ConnectTopicOptions } from '../event-log/kafka/connect-topic';
import type { KafkaTopic } from '../event-log/kafka/kafka-topic';
import type { Clock } from '../platform/clock';
import type { Logger } from '../platform/logger';
import type { KafkaConnection } from './kafka-connection';
import type { Notices } from './notices';
import type { StreamJob } from './stream-job';
import type { StreamJobs } from './stream-jobs';

export interface LogFeedOptions {
  log: EventLog;
  /** Where the routes are kept. */
  routesPath: string;
  role: Role;
  settings: () => Settings;
  /** A mere prober opens it to look at what is there. */
  lake: Pick<Lake, 'open' | 'users' | 'partitions'>;
  /** Makes this process the only one that writes the lake. @throws AppError `in_use` */
  holdLake: () => Promise<{ release(): Promise<void> }>;
  connectTopic: (options: Omit<ConnectTopicOptions, 'env' | 'clock' | 'logger'>) => Promise<KafkaTopic>;
  createJob: (
    partition: number,
    of: { readers: () => readonly EventReader[]; drains: boolean; partitions: number; onFenced: () => void },
    onFailed: () => void,
  ) => StreamJob;
  /** The first number of the log that somebody else still needs, arrived or not. */
  keptFrom: () => number;
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
  check(next: Settings): Promise<void>;
  /** Does what changed settings ask for: switches the log, or connects anew. Never rejects. */
  applySettings(): Promise<void>;
  readonly jobs: StreamJobs;
  readonly topic: KafkaTopic | null;
  /** Whether a topic lies between log and lake: as the log, or because a switch from it is not finished. */
  needsTopic(): boolean;
  logSwitch(): LogSwitch | null;
  /** Own events that no broker has acknowledged; null where none are shipped. */
  backlog(): number | null;
  /** Gives back what of the log has arrived and is needed no more. */
  trim(): Promise<void>;
  /** Empties the topic, for a reset. @throws AppError `unavailable` while the cluster cannot be reached */
  clearTopic(): Promise<void>;
}
