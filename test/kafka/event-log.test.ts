import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { describe, inject } from 'vitest';
import { createEmbeddedEventLog } from '../../src/main/event-log/embedded-event-log';
import type { EventLog } from '../../src/main/event-log/event-log';
import { describeEventLog } from '../../src/main/event-log/event-log.conformance';
import { createKafkaTopic } from '../../src/main/event-log/kafka/create-kafka-topic';
import { createKafkaEventLog } from '../../src/main/event-log/kafka/kafka-event-log';
import { systemClock } from '../../src/main/platform/clock';
import { createLogger } from '../../src/main/platform/logger';
import { systemRandom } from '../../src/main/platform/random';
import { kafkaSettingsSchema } from '../../src/shared/domain/kafka-settings';
import { eventually } from '../support/eventually';

const shared = inject('kafka');
/** Each opens its log several times, which takes the group about a second. */
const MODEL_RUNS = 6;

describe.skipIf('reason' in shared)('on a real broker', () => {
  const bootstrap = 'bootstrap' in shared ? shared.bootstrap : '';
  const parts = { clock: systemClock, random: systemRandom, logger: createLogger('silent') };

  for (const partitions of [1, 3]) {
    describeEventLog(
      `the Kafka log of ${partitions} partitions`,
      async () => {
        const folder = mkdtempSync(join(tmpdir(), 'uptimer-kafka-log-'));
        const settings = kafkaSettingsSchema.parse({
          brokers: [bootstrap],
          topic: `log-${randomUUID()}`,
          group: `group-${randomUUID()}`,
          partitions,
          sessionTimeoutMs: 1_000,
        });
        const create = (): EventLog => {
          const own = createEmbeddedEventLog({
            directory: join(folder, 'event-log'),
            proberName: 'test',
            ...parts,
          });
          const topic = createKafkaTopic({
            kafka: new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING }),
            settings,
            backlog: own,
            partitions,
            ...parts,
            onShipped: (nextOffset) => own.commit(0, nextOffset),
            onAssigned: () => undefined,
            onConfirmed: () => undefined,
            onConnected: () => undefined,
            onFailed: () => undefined,
          });
          const log = createKafkaEventLog(own, topic);
          return {
            ...log,
            get probeId() {
              return log.probeId;
            },
            get partitions() {
              return log.partitions;
            },
            get source() {
              return log.source;
            },
            // Partitions are the group's to give: the suite begins when it has.
            async start() {
              await log.start();
              topic.join();
              await eventually(() => topic.assigned?.length).toBe(partitions);
            },
          };
        };
        return { create, dispose: async () => rmSync(folder, { recursive: true }) };
      },
      MODEL_RUNS,
    );
  }
});
