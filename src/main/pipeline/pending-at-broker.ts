import type { KafkaTopic } from '../event-log/kafka/kafka-topic';
import type { StreamJobs } from './stream-jobs';

/** Records of the topic that the lake does not hold; null when that cannot be told. */
export function pendingAtBroker(
  topic: Pick<KafkaTopic, 'view' | 'shipping' | 'source'> | null,
  jobs: Pick<StreamJobs, 'committedOf'>,
  partitions: number,
): number | null {
  const view = topic?.view ?? null;
  if (topic === null || view === null) return null;
  const { lastAckUs } = topic.shipping;
  // What was looked at before the last shipment says nothing about it.
  if (lastAckUs !== null && view.atUs <= lastAckUs) return null;
  let sum = 0n;
  for (const [partition, { high }] of view.offsets) {
    if (partition >= partitions || high === 0n) continue;
    const done = jobs.committedOf(partition, topic.source);
    if (done === null) return null;
    if (high > done) sum += high - done;
  }
  return Number(sum);
}
