import { CompressionTypes, type Message, type Producer } from 'kafkajs';
import type { Offset } from '../event-log';

/** All in-sync copies have it before it counts as acknowledged. */
const ACKS_ALL = -1;
/** How long the broker waits for those copies, ms. */
const SEND_TIMEOUT_MS = 8_000;

/**
 * Sends messages that name their partitions until each partition has acknowledged its part.
 *
 * kafkajs' own `send` may resolve without, when a leader is lost in the middle and it repeats what failed:
 * - It counts answers by broker. What moved to a broker that has answered already is sent to nobody: it is sent again here.
 * - It repeats what is still under way elsewhere, after which its numbers of batches may fall behind the broker's. The broker
 *   then takes the next batch for a copy and answers with the place of an earlier one: that is an error here.
 *
 * @param ends how far each partition went after the last call with this producer; raised by this call
 * @returns how far each partition of the messages goes now: the offset behind the last of them
 * @throws what kafkajs throws, or an error that names the partition. Afterwards the messages are to be sent by a new producer,
 * with nothing known of ends
 */
export async function sendAcknowledged(
  producer: Pick<Producer, 'send'>,
  topic: string,
  messages: readonly Message[],
  ends: Map<number, Offset>,
): Promise<ReadonlyMap<number, Offset>> {
  const reached = new Map<number, Offset>();
  let parts = byPartition(messages);
  while (parts.size > 0) {
    const told = await producer.send({
      topic,
      acks: ACKS_ALL,
      timeout: SEND_TIMEOUT_MS,
      compression: CompressionTypes.GZIP,
      messages: [...parts.values()].flat(),
    });
    const silent = new Map(parts);
    const before = new Map(ends);
    for (const { partition, baseOffset } of told) {
      const part = parts.get(partition);
      if (part === undefined || baseOffset === undefined) continue;
      const first = BigInt(baseOffset);
      if (first < (before.get(partition) ?? 0n)) {
        throw new Error(`partition ${partition} of ${topic} takes new records for those at ${first}`);
      }
      const end = first + BigInt(part.length);
      ends.set(partition, end);
      reached.set(partition, end);
      silent.delete(partition);
    }
    if (silent.size === parts.size) {
      throw new Error(`no broker acknowledged what was sent to ${topic}, partition ${[...silent.keys()]}`);
    }
    parts = silent;
  }
  return reached;
}

function byPartition(messages: readonly Message[]): Map<number, Message[]> {
  const parts = new Map<number, Message[]>();
  for (const message of messages) {
    if (message.partition === undefined) throw new Error('a message names no partition');
    const part = parts.get(message.partition);
    if (part === undefined) parts.set(message.partition, [message]);
    else part.push(message);
  }
  return parts;
}
