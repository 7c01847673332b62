import type { KafkaMessage } from 'kafkajs';

/** One partition's part of a fetch response as kafkajs decodes it. */
export interface FetchedPartition {
  partition: number;
  highWatermark: string;
  abortedTransactions?: readonly { producerId: string; firstOffset: string }[];
  messages: readonly FetchedMessage[];
}

export type FetchedMessage = KafkaMessage & {
  isControlRecord?: boolean;
  batchContext?: {
    producerId: string;
    inTransaction: boolean;
    timestampType?: number;
    /** Of the batch as it was written: compaction may have taken the records at its end. */
    firstOffset?: string;
    lastOffsetDelta?: number;
  };
};

/** The records of a response that count. */
export interface FetchedRecords {
  records: readonly KafkaMessage[];
  /** The offset behind the last batch of the response, whatever of it counts or is still there; null when it held none. */
  nextOffset: bigint | null;
}

/**
 * Leaves out what stands before the offset asked for (a compressed batch comes whole), markers of transactions, and records
 * of aborted ones.
 */
export function countingRecords(fetched: FetchedPartition, fromOffset: bigint): FetchedRecords {
  const { messages } = fetched;
  const last = messages.at(-1);
  if (last === undefined) return { records: [], nextOffset: null };
  const nextOffset = endOf(last);
  const from = Number(fromOffset);
  const first = messages[0] as FetchedMessage;
  const early = Number(first.offset) < from;
  const aborted = fetched.abortedTransactions ?? [];
  const plain = !early && aborted.length === 0 && !messages.some((message) => message.isControlRecord);
  if (plain) return { records: messages, nextOffset };
  return { records: messages.filter(isCounting(aborted, from)), nextOffset };
}

function endOf({ offset, batchContext }: FetchedMessage): bigint {
  const { firstOffset, lastOffsetDelta } = batchContext ?? {};
  if (firstOffset === undefined || lastOffsetDelta === undefined) return BigInt(offset) + 1n;
  return BigInt(firstOffset) + BigInt(lastOffsetDelta) + 1n;
}

/** Kafka's own rule: an aborted transaction goes from its first offset to the marker of its producer. */
function isCounting(
  aborted: readonly { producerId: string; firstOffset: string }[],
  from: number,
): (message: FetchedMessage) => boolean {
  const waiting = [...aborted].sort((a, b) => Number(a.firstOffset) - Number(b.firstOffset));
  const open = new Set<string>();
  return (message) => {
    const offset = Number(message.offset);
    while (waiting[0] !== undefined && offset >= Number(waiting[0].firstOffset)) {
      open.add(waiting[0].producerId);
      waiting.shift();
    }
    const producer = message.batchContext?.producerId ?? '';
    if (message.isControlRecord === true) {
      open.delete(producer);
      return false;
    }
    if (message.batchContext?.inTransaction === true && open.has(producer)) return false;
    return offset >= from;
  };
}
