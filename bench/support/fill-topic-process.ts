import { CompressionTypes, type Producer } from 'kafkajs';
import { partitionOf } from '../../src/shared/domain/partition';
import { bareKafka, PARTITIONS } from './broker';
import { argumentOf, tell } from './child';
import type { FillPart } from './fill-topic';
import { createTopicValues } from './topic-values';

const BATCH = 2000;

const { bootstrap, topic, targets, seconds, partitions } = argumentOf<FillPart>();
const values = createTopicValues(targets);
const producer = bareKafka(bootstrap).producer();
await producer.connect();
// One request in flight per partition, so that each is in the order of its numbers, as a forwarder leaves it.
await Promise.all(partitions.map((partition) => fillPartition(producer, partition)));
await producer.disconnect();
tell({ result: true });

async function fillPartition(to: Producer, partition: number): Promise<void> {
  const own = Array.from({ length: targets }, (_, target) => target).filter(
    (target) => partitionOf(values.keyOf(target), PARTITIONS) === partition,
  );
  const secondsAtOnce = Math.max(1, Math.round(BATCH / own.length));
  for (let from = 0; from < seconds; from += secondsAtOnce) {
    const messages = Array.from({ length: Math.min(secondsAtOnce, seconds - from) }, (_, index) =>
      own.map((target) => ({
        key: values.keyOf(target),
        value: values.valueOf(target, from + index),
        partition,
      })),
    ).flat();
    await to.send({ topic, acks: -1, compression: CompressionTypes.GZIP, messages });
  }
}
