import type { Kafka } from 'kafkajs';
import type { KafkaSettings } from '../../../shared/domain/kafka-settings';
import type { Clock } from '../../platform/clock';
import type { Logger } from '../../platform/logger';
import type { EventReader, Offset } from '../event-log';
import type { ClusterView } from './cluster-watch';
import type { ForwarderStats } from './forwarder';

/** What talks to the cluster, each by connections of its own. */
export type ClusterPart = 'topic' | 'shipping' | 'reading' | 'group';

export interface KafkaTopicOptions {
  kafka: Kafka;
  settings: KafkaSettings;
  /** The own events that are to be shipped, in order. */
  backlog: EventReader & { endOffset(partition: number): Promise<Offset> };
  /** Partitions that the lake counts on; null where there is no lake: then the group knows, or the topic as it was made. */
  partitions: number | null;
  /** False: nothing is measured here; only what an earlier run has left is shipped. */
  ships?: boolean;
  clock: Clock;
  logger: Logger;
  /** Everything of the backlog below the offset is acknowledged by the cluster. */
  onShipped: (nextOffset: Offset) => Promise<void>;
  /** Which partitions are ours changed, or was confirmed after a rebalance. */
  onAssigned: () => void;
  /** The coordinator answered just now: what is assigned is still ours. */
  onConfirmed: () => void;
  onConnected: (part: ClusterPart) => void;
  onFailed: (part: ClusterPart, error: unknown) => void;
}

/**
 * The topic of a cluster: own events are shipped to it, and the partitions that the group gives to this process are read from
 * it. Whatever the cluster does, it goes on by itself; `onFailed` only tells.
 */
export interface KafkaTopic extends EventReader {
  /** Returns at once; connecting goes on beside. */
  start(): Promise<void>;
  /** Joins the group: from the next look at the cluster on, partitions are assigned and can be read. Idempotent. */
  join(): void;
  /**
   * Waits until what was appended so far is acknowledged and, as far as it comes back to this process, read; not longer than `ms`.
   */
  settle(ms: number): Promise<void>;
  /** Idempotent. */
  stop(): Promise<void>;
  /** The group's word; null before the first. */
  readonly assigned: readonly number[] | null;
  /** How many partitions records are spread over; null before the cluster was seen. */
  readonly partitionCount: number | null;
  readonly view: ClusterView | null;
  readonly shipping: ForwarderStats;
  endOffset(partition: number): Promise<Offset>;
  startOffset(partition: number): Promise<Offset>;
  /** The next offset that is read, by this process or as its owner last told the group, and the end as last heard. */
  placeOf(partition: number): { next: Offset | null; end: Offset | null };
  /** Read and not committed, or not even read yet, of the partitions that are read here. */
  uncommitted(): number;
  /** Throws away all records of the topic. */
  clear(): Promise<void>;
}
