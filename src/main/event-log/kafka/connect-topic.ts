import { Kafka } from 'kafkajs';
import { setCodecs } from './codecs';
import { createKafkaTopic } from './create-kafka-topic';
import { type Env, kafkaConfigOf } from './kafka-config';
import type { KafkaTopic, KafkaTopicOptions } from './kafka-topic';

export type ConnectTopicOptions = Omit<KafkaTopicOptions, 'kafka'> & { env: Env };

/**
 * The topic of the settings, not started.
 * @throws AppError `invalid_input` that names the setting whose file or variable is not there
 */
export async function connectTopic({ env, ...options }: ConnectTopicOptions): Promise<KafkaTopic> {
  const config = await kafkaConfigOf(options.settings, env, options.logger);
  setCodecs();
  return createKafkaTopic({ ...options, kafka: new Kafka(config) });
}
