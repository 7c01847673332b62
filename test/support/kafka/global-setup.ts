import { writeSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import { kafkaOrReason, startKafka } from './start-kafka';

/** The one plain broker that all Kafka tests share, or why there is none here. */
export type SharedKafka = { bootstrap: string } | { reason: string };

declare module 'vitest' {
  export interface ProvidedContext {
    kafka: SharedKafka;
    /** Why a test can start nothing but one plain broker, or null: look at it before three brokers, TLS or SASL. */
    kafkaJvm: string | null;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { reason, jvmReason } = await kafkaOrReason();
  project.provide('kafkaJvm', jvmReason);
  if (jvmReason !== null) {
    if (process.env.UPTIMER_KAFKA_REQUIRED) throw new Error(`the Kafka tests must run here: ${jvmReason}`);
    const which = reason === null ? 'of clusters, TLS and SASL ' : '';
    // The very last lines, after every report: a skipped test must not look like a passed one.
    process.once('exit', () => writeSync(1, `\nKafka tests ${which}were skipped: ${reason ?? jvmReason}.\n`));
  }
  if (reason !== null) {
    project.provide('kafka', { reason });
    return async () => undefined;
  }
  const cluster = await startKafka();
  project.provide('kafka', { bootstrap: cluster.bootstrap });
  return () => cluster.stop();
}
