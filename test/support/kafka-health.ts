import { healthAt } from '../../src/main/terminal/board-fixtures';
import { type Health, healthSchema } from '../../src/shared/contract/health';
import type { KafkaHealth, LogSwitch, PartitionHealth } from '../../src/shared/contract/kafka';

const SECOND_US = 1_000_000;
const ELSEWHERE = { owned: false, nextOffset: null, lag: null, eventsPerSecond: 0 };

export function partitionAt(
  partition: number,
  nowUs: number,
  changes: Partial<PartitionHealth> = {},
): PartitionHealth {
  return {
    partition,
    owned: true,
    nextOffset: String(1_204_000 + partition * 17),
    endOffset: String(1_204_050 + partition * 17),
    lag: 50,
    watermarkUs: nowUs - 61 * SECOND_US,
    idle: false,
    eventsPerSecond: 7.4,
    ...changes,
  };
}

/** A cluster of three brokers, six partitions, four of them read here. */
export function kafkaAt(nowUs: number, changes: Partial<KafkaHealth> = {}): KafkaHealth {
  return {
    brokers: ['kafka-1.example:9092', 'kafka-2.example:9092', 'kafka-3.example:9092'],
    topic: 'probe-events.v1',
    group: 'uptimer',
    clusterId: 'MkU3OEVBNTcwNTJENDM2Qk',
    connection: { state: 'connected', sinceUs: nowUs - 7_260 * SECOND_US, problem: null },
    forwarder: {
      backlog: 12,
      backlogBytes: 4_300,
      oldestUs: nowUs - 0.4 * SECOND_US,
      shipped: 310_204,
      shippedPerSecond: 42.6,
      lastAckUs: nowUs - SECOND_US,
    },
    partitions: [
      ...[0, 1, 2].map((partition) => partitionAt(partition, nowUs)),
      partitionAt(3, nowUs, { idle: true, lag: 0, eventsPerSecond: 0 }),
      ...[4, 5].map((partition) => partitionAt(partition, nowUs, ELSEWHERE)),
    ],
    heldBackBy: null,
    unusedPartitions: [],
    quarantine: [],
    lost: [],
    ...changes,
  };
}

/** A valid health of a process with Kafka as its log. */
export function healthWith(
  nowUs: number,
  kafka: KafkaHealth | null,
  changes: { role?: Health['role']; logSwitch?: LogSwitch; notices?: Health['notices'] } = {},
): Health {
  const base = healthAt();
  return healthSchema.parse({
    ...base,
    nowUs,
    startedUs: nowUs - 86_400 * SECOND_US,
    role: changes.role ?? 'all',
    kafka,
    logSwitch: changes.logSwitch ?? null,
    log: { ...base.log, kind: kafka === null ? 'embedded' : 'kafka', waiting: 12 },
    windows: { ...base.windows, watermarkUs: nowUs - 61 * SECOND_US },
    lake: { ...base.lake, lastFlushUs: nowUs - 4 * SECOND_US, rawRows: 2_100_000, rawBytes: 38_000_000 },
    notices: changes.notices ?? [],
  });
}

/** The brokers have been away for a while; partitions were added, records were set aside and lost. */
export function troubledKafka(nowUs: number): KafkaHealth {
  const held = kafkaAt(nowUs);
  return {
    ...held,
    connection: {
      state: 'failed',
      sinceUs: nowUs - 754 * SECOND_US,
      problem: {
        kind: 'refused',
        broker: 'kafka-1.example:9092',
        message: 'Nobody listens at kafka-1.example:9092: check the port, and that the broker runs.',
      },
    },
    forwarder: {
      backlog: 32_422,
      backlogBytes: 14_600_000,
      oldestUs: nowUs - 755 * SECOND_US,
      shipped: 310_204,
      shippedPerSecond: 0,
      lastAckUs: nowUs - 756 * SECOND_US,
    },
    partitions: held.partitions.map((partition) =>
      partition.partition === 2
        ? { ...partition, lag: 12_340, watermarkUs: nowUs - 900 * SECOND_US }
        : partition,
    ),
    heldBackBy: 2,
    unusedPartitions: [6, 7, 8],
    quarantine: [
      { reason: 'not_json', count: 3, partition: 1, offset: '1204007', atUs: nowUs - 3_000 * SECOND_US },
      {
        reason: 'identity_conflict',
        count: 1_204,
        partition: 5,
        offset: '9007199254740993',
        atUs: nowUs - 90 * SECOND_US,
      },
    ],
    lost: [
      {
        partition: 4,
        fromOffset: '880000',
        toOffset: '1200000',
        count: 320_000,
        atUs: nowUs - 4_000 * SECOND_US,
      },
    ],
  };
}

/** A switch to Kafka with events left on the old way; null = what the broker holds cannot be counted. */
export function switchToKafka(nowUs: number, pendingAtBroker: number | null): LogSwitch {
  return { from: 'embedded', to: 'kafka', seq: 4000, atUs: nowUs, pendingHere: 1234, pendingAtBroker };
}
