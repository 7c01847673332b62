import type { EventLog } from '../event-log';
import type { KafkaTopic } from './kafka-topic';

/**
 * The event log on Kafka: what is appended is durable in the embedded log first, from where it is shipped to the topic; what
 * is read comes from the topic, whoever measured it.
 */
export function createKafkaEventLog(own: EventLog, topic: KafkaTopic): EventLog {
  return {
    get source() {
      return topic.source;
    },
    get partitions() {
      return topic.partitions;
    },
    get probeId() {
      return own.probeId;
    },
    async start() {
      await own.start();
      await topic.start();
    },
    async stop() {
      await topic.stop();
      await own.stop();
    },
    append: own.append,
    resume: topic.resume,
    read: topic.read,
    commit: topic.commit,
    endOffset: topic.endOffset,
    startOffset: topic.startOffset,
    async clear() {
      await own.clear();
      await topic.clear();
    },
    stats() {
      const stats = own.stats();
      return { ...stats, waiting: stats.waiting + topic.uncommitted() };
    },
  };
}
