import { CompressionTypes, type Message, type Producer } from 'kafkajs';
import type { Offset } from '../event-log';

/** All in-sync copies have it before it counts as acknowledged. */
const ACKS_ALL = -1;
const SEND_TIMEOUT_MS = 10_000;

/**
 * Sends messages that name their partitions until each of these has acknowledged its part. kafkajs' own `send` may resolve
 * without: it repeats what failed by broker, not by partition, and leaves out a broker that has answered before; so what moved
 * to that one, when the partition's former leader died meanwhile, is sent to nobody.
 * @returns by partition: the offset behind the last of its messages
 * @throws what kafkajs throws, or an error that names the partitions of which the cluster told nothing
 */
export async function sendAcknowledged(
  producer: Pick<Producer, 'send'>,
  topic: string,
  messages: readonly Message[],
): Promise<ReadonlyMap<number, Offset>> {
  const ends = new Map<number, Offset>();
  let left = messages;
  while (left.length > 0) {
    const told = await producer.send({
      topic,
      acks: ACKS_ALL,
      timeout: SEND_TIMEOUT_MS,
      compression: CompressionTypes.GZIP,
      messages: [...left],
    });
    const counts = countsOf(left);
    for (const { partition, baseOffset } of told) {
      if (baseOffset !== undefined)
        ends.set(partition, BigInt(baseOffset) + BigInt(counts.get(partition) ?? 0));
    }
    const answered = new Set(told.map(({ partition }) => partition));
    const silent = left.filter(({ partition }) => partition === undefined || !answered.has(partition));
    if (silent.length === left.length) {
      const partitions = [...counts.keys()].join(', ');
      throw new Error(`the cluster acknowledged nothing of the partitions ${partitions} of ${topic}`);
    }
    left = silent;
  }
  return ends;
}

function countsOf(messages: readonly Message[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { partition } of messages) {
    if (partition !== undefined) counts.set(partition, (counts.get(partition) ?? 0) + 1);
  }
  return counts;
}
