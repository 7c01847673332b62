import { type Admin, Kafka, logLevel } from 'kafkajs';
import { connectToCluster } from '../../src/main/event-log/kafka/reading-cluster';
import { ensureTopic } from '../../src/main/event-log/kafka/topic';
import { type KafkaSettings, kafkaSettingsSchema } from '../../src/shared/domain/kafka-settings';
import type { KafkaCluster } from '../../test/support/kafka/kafka-cluster';
import { kafkaOrReason, startKafka } from '../../test/support/kafka/start-kafka';
import type { BenchResult, NotRun } from './result';

export const PARTITIONS = 6;

/** Runs with one real broker of its own, or says why there is none. */
export async function withBroker(
  run: (broker: KafkaCluster) => Promise<BenchResult[]>,
): Promise<BenchResult[] | NotRun> {
  const { reason } = await kafkaOrReason();
  if (reason !== null) return { notRun: `no broker can be started: ${reason}` };
  const broker = await startKafka();
  try {
    return await run(broker);
  } finally {
    await broker.stop();
  }
}

/** kafkajs as it comes: what the baselines are made with. */
export function bareKafka(bootstrap: string): Kafka {
  return new Kafka({ clientId: 'bare', brokers: bootstrap.split(','), logLevel: logLevel.NOTHING });
}

/** Settings as a user would have them, for this broker. */
export function settingsOf(bootstrap: string, topic: string): KafkaSettings {
  return kafkaSettingsSchema.parse({ brokers: bootstrap.split(','), topic, partitions: PARTITIONS });
}

export async function withAdmin<T>(bootstrap: string, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = bareKafka(bootstrap).admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

/** Makes a topic as the product makes it. */
export async function makeTopic(bootstrap: string, topic: string): Promise<void> {
  const { cluster, disconnect } = await connectToCluster(bareKafka(bootstrap));
  try {
    await withAdmin(bootstrap, (admin) => ensureTopic(admin, cluster, settingsOf(bootstrap, topic)));
  } finally {
    await disconnect();
  }
}
