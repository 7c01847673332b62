import type { KafkaHealth, PartitionHealth, QuarantineReason } from '../../shared/contract/kafka';
import type { KafkaSettings } from '../../shared/domain/kafka-settings';
import type { KafkaTopic } from '../event-log/kafka/kafka-topic';
import type { Rates } from '../platform/rates';
import type { KafkaConnection } from './kafka-connection';
import { heldBackBy, type PartitionStats } from './windows-health';

/** A record of which nothing was shipped yet, bytes. */
const USUAL_BYTES = 450;
const HELD_BACK_US = 5_000_000;

/** What of a topic is looked at. */
export type SeenTopic = Pick<KafkaTopic, 'assigned' | 'partitionCount' | 'view' | 'shipping' | 'placeOf'>;

export interface KafkaHealthParts {
  settings: KafkaSettings;
  topic: SeenTopic | null;
  connection: KafkaConnection;
  jobs: readonly PartitionStats[];
  /** Own events that no broker has acknowledged; null where nothing is shipped. */
  backlog: number | null;
  rates: Rates;
}

/** What can be said of Kafka now. */
export function kafkaHealthOf(parts: KafkaHealthParts): KafkaHealth {
  const { settings, topic, jobs } = parts;
  const { brokers, topic: name, group } = settings;
  const count = topic?.partitionCount ?? 0;
  const there = topic?.view?.shape.partitions ?? 0;
  const readsHere = topic !== null && topic.assigned !== null;
  return {
    brokers: [...brokers],
    topic: name,
    group,
    clusterId: topic?.view?.shape.clusterId ?? null,
    connection: parts.connection.state(),
    forwarder: forwarderOf(parts),
    partitions: readsHere ? range(0, count).map((partition) => partitionOf(parts, partition)) : [],
    heldBackBy: noticeablyHeldBackBy(jobs),
    unusedPartitions: count === 0 ? [] : range(count, there),
    quarantine: quarantineOf(jobs),
    lost: jobs.flatMap(({ partition, stats }) => stats.lost.map((lost) => ({ partition, ...lost }))),
  };
}

function forwarderOf({ topic, backlog, rates }: KafkaHealthParts): KafkaHealth['forwarder'] {
  if (backlog === null) return null;
  const shipping = topic?.shipping;
  const shipped = shipping?.shipped ?? 0;
  return {
    backlog,
    backlogBytes: Math.round(backlog * (shipping?.meanBytes || USUAL_BYTES)),
    oldestUs: backlog === 0 ? null : (shipping?.oldestUs ?? null),
    shipped,
    shippedPerSecond: rates.perSecond('shipped', shipped),
    lastAckUs: shipping?.lastAckUs ?? null,
  };
}

function partitionOf({ topic, jobs, rates }: KafkaHealthParts, partition: number): PartitionHealth {
  const stats = jobs.find((job) => job.partition === partition)?.stats ?? null;
  const place = topic?.placeOf(partition) ?? { next: null, end: null };
  const next = place.next;
  return {
    partition,
    owned: stats !== null,
    nextOffset: next?.toString() ?? null,
    endOffset: place.end?.toString() ?? null,
    lag: next === null || place.end === null ? null : Math.max(0, Number(place.end - next)),
    watermarkUs: stats?.watermarkUs == null ? null : Math.max(0, stats.watermarkUs),
    idle: stats?.idle ?? false,
    eventsPerSecond: stats === null ? 0 : rates.perSecond(`partition ${partition}`, stats.events),
  };
}

/** Watermarks that lie within a few probes of each other hold nothing back. */
function noticeablyHeldBackBy(jobs: readonly PartitionStats[]): number | null {
  const oldest = heldBackBy(jobs);
  const newestUs = Math.max(...jobs.map(({ stats }) => stats.watermarkUs ?? 0));
  const behindUs = newestUs - (oldest?.stats.watermarkUs ?? newestUs);
  return oldest !== null && behindUs >= HELD_BACK_US ? oldest.partition : null;
}

function quarantineOf(jobs: readonly PartitionStats[]): KafkaHealth['quarantine'] {
  const found = new Map<QuarantineReason, KafkaHealth['quarantine'][number]>();
  for (const { stats } of jobs) {
    for (const [reason, one] of Object.entries(stats.quarantined) as [
      QuarantineReason,
      NonNullable<(typeof stats.quarantined)[QuarantineReason]>,
    ][]) {
      const known = found.get(reason);
      const newest = known === undefined || one.atUs >= known.atUs ? one : known;
      found.set(reason, { ...newest, reason, count: one.count + (known?.count ?? 0) });
    }
  }
  return [...found.values()];
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
}
