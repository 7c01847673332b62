import { writeSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import type { KafkaCluster } from './kafka-cluster';
import { kafkaOrReason, startKafka } from './start-kafka';

/** The one broker that all Kafka tests share, with its first listener plain, or why there is none here. */
export type SharedKafka = { bootstrap: string } | { reason: string };

declare module 'vitest' {
  export interface ProvidedContext {
    kafka: SharedKafka;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { reason } = await kafkaOrReason();
  if (reason !== null) {
    project.provide('kafka', { reason });
    // The very last lines, after every report: a skipped test must not look like a passed one.
    process.once('exit', () => writeSync(1, `\nKafka tests were skipped: ${reason}.\n`));
    return async () => undefined;
  }
  const cluster: KafkaCluster = await startKafka();
  project.provide('kafka', { bootstrap: cluster.bootstrap });
  return () => cluster.stop();
}
