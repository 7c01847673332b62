import { type Admin, Kafka } from 'kafkajs';
import { AppError } from '../../../shared/contract/app-error';
import type { KafkaSettings } from '../../../shared/domain/kafka-settings';
import type { Logger } from '../../platform/logger';
import { settleWithin } from '../../platform/settle-within';
import { type Env, kafkaConfigOf } from './kafka-config';
import { kafkaProblemOf } from './kafka-problem';
import { partitionsToNote } from './partition-note';
import { connectForReading, connectToCluster } from './reading-cluster';
import { describeTopic, type TopicShape } from './topic';

const STOP_WITHIN_MS = 2_000;
/** As Kafka has it for who commits without being a member. */
const NO_GENERATION = -1;

/** Topic and group at one moment. */
export interface TopicSurvey {
  /** As places in checkpoints name it. */
  source: string;
  /** The first offset that is kept and the one behind the last, decimal text; index = partition. */
  offsets: readonly { low: string; high: string }[];
  /** How many processes are in the group. */
  members: number;
}

/** A cluster that is asked from outside of the pipeline. @throws AppError `unavailable` with what is wrong, `invalid_input` */
export interface TopicSurveyor {
  survey(): Promise<TopicSurvey>;
  /**
   * Commits offsets for the group, with the note that tells probers how many partitions are counted on. Nobody may be in the
   * group.
   * @returns whether the group took them
   */
  note(partitions: number, offsets: ReadonlyMap<number, string>): Promise<boolean>;
  /** Idempotent. */
  close(): Promise<void>;
}

export async function createTopicSurveyor(options: {
  settings: KafkaSettings;
  env: Env;
  logger: Logger;
}): Promise<TopicSurveyor> {
  const { settings, logger } = options;
  const { topic, group } = settings;
  const kafka = new Kafka(await kafkaConfigOf(settings, options.env, logger));
  let admin: Admin | null = null;

  const asked = async <T>(work: (on: Admin) => Promise<T>): Promise<T> => {
    try {
      if (admin === null) {
        const connecting = kafka.admin();
        await connecting.connect();
        admin = connecting;
      }
      return await work(admin);
    } catch (error) {
      const { message } = kafkaProblemOf(error, settings.brokers[0] ?? null);
      throw new AppError('unavailable', message, { domain: 'external', retry: 'backoff', cause: error });
    }
  };

  const describedTopic = async (): Promise<TopicShape> => {
    const { cluster, disconnect } = await connectToCluster(kafka);
    try {
      return await describeTopic(cluster, topic);
    } finally {
      await disconnect();
    }
  };

  return {
    survey: () =>
      asked(async (on) => {
        const { clusterId } = await describedTopic();
        const offsets = (await on.fetchTopicOffsets(topic)).sort((a, b) => a.partition - b.partition);
        const { groups } = await on.describeGroups([group]);
        return {
          source: `kafka:${clusterId}:${topic}`,
          offsets: offsets.map(({ low, high }) => ({ low, high })),
          members: groups[0]?.members.length ?? 0,
        };
      }),
    async note(partitions, offsets) {
      // kafkajs' own way to set offsets carries no note.
      try {
        const { cluster, disconnect } = await connectForReading(kafka, topic);
        try {
          const coordinator = await cluster.findGroupCoordinator({ groupId: group });
          const metadata = partitionsToNote(partitions);
          await coordinator.offsetCommit({
            groupId: group,
            groupGenerationId: NO_GENERATION,
            memberId: '',
            topics: [
              {
                topic,
                partitions: [...offsets].map(([partition, offset]) => ({ partition, offset, metadata })),
              },
            ],
          });
          return true;
        } finally {
          await disconnect();
        }
      } catch (error) {
        logger.warn({ err: error }, 'the group did not take the note of the number of partitions');
        return false;
      }
    },
    async close() {
      if (admin !== null) await settleWithin(admin.disconnect(), STOP_WITHIN_MS);
      admin = null;
    },
  };
}
