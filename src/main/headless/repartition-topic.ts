import { AppError } from '../../shared/contract/app-error';
import { type KafkaSettings, kafkaSettingsSchema } from '../../shared/domain/kafka-settings';
import type { Settings } from '../../shared/domain/settings';
import type { CliTexts } from '../cli/cli-texts';
import type { LakePicture } from '../datalake/repartition/lake-picture';

const SOURCE = /^kafka:([^:]*):(.+)$/;
const DEFAULT_TOPIC = kafkaSettingsSchema.parse({}).topic;

/** The topics that partitions were filled from, as their checkpoints name them, each once. */
export function kafkaSources(partitions: LakePicture['partitions']): { source: string; topic: string }[] {
  const sources = new Set(partitions.flatMap(({ progress }) => Object.keys(progress?.places ?? {})));
  return [...sources].flatMap((source) => {
    const topic = SOURCE.exec(source)?.[2];
    return topic === undefined ? [] : [{ source, topic }];
  });
}

/**
 * With which settings the topic is to be asked whether all of it is in the lake. A topic counts as named by a settings file when
 * it is not the default one, which every saved file spells out.
 * @param named the topic of the command line
 * @returns null when the lake came from no topic and none is in use
 * @throws AppError `conflict` when that topic, or its brokers, cannot be told
 */
export function topicOfLake(
  { partitions }: Pick<LakePicture, 'partitions'>,
  { log, kafka }: Settings,
  { named, words }: { named: string | undefined; words: CliTexts['repartition'] },
): KafkaSettings | null {
  const topics = [...new Set(kafkaSources(partitions).map(({ topic }) => topic))];
  if (log !== 'kafka' && topics.length === 0) return null;
  if (kafka.brokers.length === 0) throw new AppError('conflict', words.needsKafka(topics.join(', ')));
  const topic = named ?? (kafka.topic === DEFAULT_TOPIC ? undefined : kafka.topic);
  const [first] = topics;
  if (first === undefined) return kafka;
  if (topic === undefined && topics.length > 1) {
    throw new AppError('conflict', words.severalTopics(topics.join(', ')));
  }
  if (topic !== undefined && !topics.includes(topic)) {
    throw new AppError('conflict', words.notItsTopic(topic, topics.join(', ')));
  }
  return { ...kafka, topic: topic ?? first };
}
