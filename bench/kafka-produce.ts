import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CompressionTypes, type Message } from 'kafkajs';
import { createEmbeddedEventLog } from '../src/main/event-log/embedded-event-log';
import { connectTopic } from '../src/main/event-log/kafka/connect-topic';
import { systemClock } from '../src/main/platform/clock';
import { createLogger } from '../src/main/platform/logger';
import { systemRandom } from '../src/main/platform/random';
import { partitionOf } from '../src/shared/domain/partition';
import { bareKafka, makeTopic, PARTITIONS, settingsOf, withAdmin, withBroker } from './support/broker';
import { sleep } from './support/engine-run';
import type { Benchmark } from './support/result';
import { createNoise, syntheticResult } from './support/synthetic-events';
import { createTopicValues } from './support/topic-values';

const TARGETS = 1000;
const EVENTS = Number(process.env.KAFKA_EVENTS ?? 500_000);
const SECONDS = Math.max(4, Math.round(EVENTS / TARGETS));
const BARE_BATCH = 2000;
const STORED_BATCH = 4000;
/** Different values that the bare loop goes round. */
const BARE_SECONDS = 40;
const SECOND_US = 1_000_000;
const START_US = 1_767_247_200 * SECOND_US;

/** The bare baseline: values that are ready, one batch after the other. Events/s. */
async function bareLoop(bootstrap: string): Promise<number> {
  const topic = 'bare';
  await makeTopic(bootstrap, topic);
  const values = createTopicValues(TARGETS);
  const messages = Array.from({ length: BARE_SECONDS * TARGETS }, (_, index): Message => {
    const key = values.keyOf(index % TARGETS);
    const value = values.valueOf(index % TARGETS, Math.floor(index / TARGETS));
    return { key, value, partition: partitionOf(key, PARTITIONS) };
  });
  const producer = bareKafka(bootstrap).producer();
  await producer.connect();
  const startMs = performance.now();
  let sent = 0;
  while (sent < SECONDS * TARGETS) {
    const from = sent % messages.length;
    const batch = messages.slice(from, from + BARE_BATCH);
    await producer.send({ topic, acks: -1, compression: CompressionTypes.GZIP, messages: batch });
    sent += batch.length;
  }
  const seconds = (performance.now() - startMs) / 1000;
  await producer.disconnect();
  return sent / seconds;
}

/** A backlog in the embedded log, from the moment the cluster is seen until all of it is acknowledged. Events/s. */
async function shipped(bootstrap: string, directory: string): Promise<{ perSecond: number; left: number }> {
  const parts = { clock: systemClock, logger: createLogger('error') };
  const log = createEmbeddedEventLog({
    directory: join(directory, 'event-log'),
    proberName: 'bench',
    random: systemRandom,
    ...parts,
  });
  await log.start();
  const noise = createNoise(7);
  for (let index = 0; index < SECONDS * TARGETS; index += STORED_BATCH) {
    await log.append(
      Array.from({ length: Math.min(STORED_BATCH, SECONDS * TARGETS - index) }, (_, at) =>
        syntheticResult(
          (index + at) % TARGETS,
          START_US + Math.floor((index + at) / TARGETS) * SECOND_US,
          noise,
        ),
      ),
    );
  }
  const end = await log.endOffset(0);
  let startMs = 0;
  const topic = await connectTopic({
    ...parts,
    settings: settingsOf(bootstrap, 'probe-events.v1'),
    env: {},
    backlog: log,
    partitions: PARTITIONS,
    onShipped: (nextOffset) => log.commit(0, nextOffset),
    onAssigned: () => undefined,
    onConfirmed: () => undefined,
    onConnected() {
      startMs ||= performance.now();
    },
    // Just after a topic was made its partitions may have no leader yet: the topic tries again by itself.
    onFailed: (error) => parts.logger.debug({ err: error }, 'kafka'),
  });
  await topic.start();
  while (topic.shipping.nextOffset < end) await sleep(5);
  const seconds = (performance.now() - startMs) / 1000;
  while (log.stats().waiting > 0) await sleep(5);
  const offsets = await withAdmin(bootstrap, (admin) => admin.fetchTopicOffsets('probe-events.v1'));
  await topic.stop();
  await log.stop();
  const inTopic = offsets.reduce((sum, { high }) => sum + Number(high), 0);
  return { perSecond: (SECONDS * TARGETS) / seconds, left: SECONDS * TARGETS - inTopic };
}

export const benchmark: Benchmark = {
  name: 'kafka-produce',
  about: `${(SECONDS * TARGETS) / 1e6} million events of the embedded log to the topic until acknowledged, against a loop that sends values which are ready`,
  run: (progress) =>
    withBroker(async ({ bootstrap }) => {
      // Once before it counts, for the broker's compiler.
      progress('bare loop');
      await bareLoop(bootstrap);
      const bare = await bareLoop(bootstrap);
      progress('forwarder');
      const directory = mkdtempSync(join(tmpdir(), 'uptimer-bench-'));
      try {
        const { perSecond, left } = await shipped(bootstrap, directory);
        return [
          {
            name: 'events of the log acknowledged by the broker',
            value: perSecond,
            unit: 'per s',
            baseline: { name: 'bare loop', value: bare },
            goal: { at: 'least', value: 0.6 * bare },
          },
          {
            name: 'events not in the topic, or twice',
            value: Math.abs(left),
            unit: 'events',
            goal: { at: 'most', value: 0 },
          },
        ];
      } finally {
        rmSync(directory, { recursive: true, force: true });
      }
    }),
};
