import { z } from 'zod';
import { ROLES } from '../domain/kafka-settings';
import { instantUs } from './questions';

/** What stands between us and the cluster. */
export const KAFKA_PROBLEMS = [
  /** The broker's name is not known. */
  'name',
  /** Nobody listens at that port. */
  'refused',
  /** No answer in time. */
  'unreachable',
  /** Something listens there, and it does not speak Kafka (or speaks TLS where we do not, or the reverse). */
  'protocol',
  'tls',
  'credentials',
  'permission',
  'topic_missing',
  /** The topic is there, but with fewer partitions than the lake counts on. */
  'topic_partitions',
  /** A partition has no leader just now, or fewer replicas in sync than the topic asks for. */
  'replicas',
  /** A file or environment variable that the settings name is not there. */
  'settings',
  'other',
] as const;
export const kafkaProblemSchema = z.object({
  kind: z.enum(KAFKA_PROBLEMS),
  /** `HOST:PORT`, where one broker is meant. */
  broker: z.string().nullable(),
  /** One sentence: what is wrong, and how to mend it. */
  message: z.string(),
});
export type KafkaProblem = z.infer<typeof kafkaProblemSchema>;

/** The answer of a connection test: how far it came. */
export const kafkaTestSchema = z.object({
  ok: z.boolean(),
  problem: kafkaProblemSchema.nullable(),
  clusterId: z.string().nullable(),
  brokers: z.number().int().nullable(),
  /** Null when it is not there (it will be made) or was not reached. */
  topic: z.object({ partitions: z.number().int(), replication: z.number().int() }).nullable(),
});
export type KafkaTest = z.infer<typeof kafkaTestSchema>;

/** Why a record of the topic was set aside. */
export const QUARANTINE_REASONS = [
  'not_json',
  'wrong_version',
  'invalid',
  'null_value',
  'oversized',
  'unreadable',
  'wrong_partition',
  'in_the_future',
  'identity_conflict',
] as const;
export type QuarantineReason = (typeof QUARANTINE_REASONS)[number];

const offset = z.string().regex(/^\d+$/);

export const partitionHealthSchema = z.object({
  partition: z.number().int(),
  /** Whether this process aggregates it now. */
  owned: z.boolean(),
  /** The next offset that will be read; null while it is not owned. */
  nextOffset: offset.nullable(),
  /** The offset that the next record of the topic gets. */
  endOffset: offset.nullable(),
  /** Records behind the end, as last heard from the broker. */
  lag: z.number().int().nullable(),
  watermarkUs: instantUs.nullable(),
  /** At its end, with nothing new for 30 s: its watermark follows the clock. */
  idle: z.boolean(),
  eventsPerSecond: z.number(),
});
export type PartitionHealth = z.infer<typeof partitionHealthSchema>;

export const kafkaHealthSchema = z.object({
  brokers: z.array(z.string()),
  topic: z.string(),
  group: z.string(),
  clusterId: z.string().nullable(),
  connection: z.object({
    state: z.enum(['connecting', 'connected', 'failed']),
    sinceUs: instantUs,
    problem: kafkaProblemSchema.nullable(),
  }),
  /** Ships the own probes to the topic; null for a mere aggregator. */
  forwarder: z
    .object({
      /** Events that are durable here and that no broker has acknowledged. */
      backlog: z.number().int(),
      backlogBytes: z.number().int(),
      /** Due instant of the oldest of them. */
      oldestUs: instantUs.nullable(),
      shipped: z.number().int(),
      shippedPerSecond: z.number(),
      lastAckUs: instantUs.nullable(),
    })
    .nullable(),
  /** Partitions the lake counts on, in order. Empty while unknown, and for a mere prober. */
  partitions: z.array(partitionHealthSchema),
  /** The one whose watermark holds the whole back, by seconds; null where none does. */
  heldBackBy: z.number().int().nullable(),
  /** Partitions of the topic beyond those that the lake counts on: not used before a `repartition`. */
  unusedPartitions: z.array(z.number().int()),
  quarantine: z.array(
    z.object({
      reason: z.enum(QUARANTINE_REASONS),
      count: z.number().int(),
      /** Of the last one. */
      partition: z.number().int(),
      offset,
      atUs: instantUs,
    }),
  ),
  /** Records that the broker had thrown away before they were read. */
  lost: z.array(
    z.object({
      partition: z.number().int(),
      fromOffset: offset,
      toOffset: offset,
      count: z.number().int(),
      atUs: instantUs,
    }),
  ),
});
export type KafkaHealth = z.infer<typeof kafkaHealthSchema>;

/** A change of the log that is not finished: what still travels the old way. */
export const logSwitchSchema = z.object({
  from: z.enum(['embedded', 'kafka']),
  to: z.enum(['embedded', 'kafka']),
  /** Events below this `seq` of our prober travel the old way. */
  seq: z.number().int(),
  atUs: instantUs,
  /** Events not yet in the lake, by where they wait; null = cannot be counted now. */
  pendingHere: z.number().int(),
  pendingAtBroker: z.number().int().nullable(),
});
export type LogSwitch = z.infer<typeof logSwitchSchema>;

export const roleSchema = z.enum(ROLES);
