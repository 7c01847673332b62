import { kafkaJars } from './jars';
import { startJvmCluster } from './jvm-cluster';
import type { KafkaCluster, KafkaOptions } from './kafka-cluster';

/** Starts a real Apache Kafka on free loopback ports; resolves when every broker answers and is not fenced. */
export async function startKafka(options: KafkaOptions = {}): Promise<KafkaCluster> {
  const jars = await kafkaJars(options.version ?? '3.9.1');
  if ('reason' in jars) throw new Error(jars.reason);
  return startJvmCluster(jars.classPath, options);
}

/** Brings what a broker needs. @returns why there can be none here, or null */
export async function kafkaOrReason(): Promise<{ reason: string } | { reason: null }> {
  const jars = await kafkaJars('3.9.1');
  return 'reason' in jars ? jars : { reason: null };
}
