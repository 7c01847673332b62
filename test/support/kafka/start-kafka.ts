import { fitsCompose, hasCompose, startComposeCluster } from './compose-cluster';
import { kafkaJars } from './jars';
import { startJvmCluster } from './jvm-cluster';
import type { KafkaCluster, KafkaOptions } from './kafka-cluster';

/**
 * Starts a real Apache Kafka on free loopback ports; resolves when every broker answers and is not fenced. One plain broker
 * comes from the repository's compose file where a Docker engine runs; everything else from a JVM with Kafka's jars.
 */
export async function startKafka(options: KafkaOptions = {}): Promise<KafkaCluster> {
  const reasons: string[] = [];
  if (fitsCompose(options) && (await hasCompose())) {
    try {
      return await startComposeCluster(options);
    } catch (error) {
      reasons.push(`Docker Compose failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const jars = await kafkaJars(options.version ?? '3.9.1');
  if ('classPath' in jars) return startJvmCluster(jars.classPath, options);
  throw new Error([...reasons, jars.reason].join('; '));
}

/**
 * Brings what a broker needs.
 * @returns `reason`: why there can be no broker here at all, or null; `jvmReason`: why only the one plain broker that Docker
 * gives, hence no cluster, no TLS, no SASL and no other version, or null
 */
export async function kafkaOrReason(): Promise<{ reason: string | null; jvmReason: string | null }> {
  const jars = await kafkaJars('3.9.1');
  if ('classPath' in jars) return { reason: null, jvmReason: null };
  if (await hasCompose()) return { reason: null, jvmReason: jars.reason };
  return { reason: `${jars.reason}, and no Docker engine with Compose`, jvmReason: jars.reason };
}
