import { z } from 'zod';

/** What a process does on a Kafka cluster. Without Kafka there is only `all`. */
export const ROLES = ['all', 'prober', 'aggregator'] as const;
export type Role = (typeof ROLES)[number];

export const SASL_MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;

/** Kafka's own rule for the names of topics. */
const kafkaName = (what: string) =>
  z
    .string()
    .min(1, `${what} must not be empty`)
    .max(249, `${what} has at most 249 characters`)
    .regex(/^[A-Za-z0-9._-]+$/, `${what} may hold letters, digits, ".", "_" and "-" only`)
    .refine((name) => name !== '.' && name !== '..', `${what} must not be "." or ".."`);

/** `HOST:PORT`; an IPv6 address stands in brackets. */
export const brokerSchema = z
  .string()
  .regex(/^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):\d{1,5}$/, 'must be HOST:PORT, such as localhost:9092')
  .refine((broker) => {
    const port = Number(broker.slice(broker.lastIndexOf(':') + 1));
    return port >= 1 && port <= 65_535;
  }, 'the port must be between 1 and 65535');

/** A secret never stands in a file: only the name of the environment's variable that holds it. */
export const secretReferenceSchema = z.string().regex(
  /^\$\{env:[A-Za-z_][A-Za-z0-9_]*\}$/,
  // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how a reference is written
  'must be a reference such as ${env:KAFKA_PASSWORD}: a password in clear text is not taken',
);

const path = z.string().min(1).nullable();

/** TLS as kept in settings: paths of PEM files; null = the system's authorities, no client certificate. */
export const kafkaTlsSchema = z
  .strictObject({ ca: path.default(null), cert: path.default(null), key: path.default(null) })
  .refine((tls) => (tls.cert === null) === (tls.key === null), {
    message: 'a client certificate needs both cert and key',
    path: ['key'],
  });

export const kafkaSaslSchema = z.strictObject({
  mechanism: z.enum(SASL_MECHANISMS),
  username: z.string().min(1, 'must not be empty'),
  password: secretReferenceSchema,
});

const fields = {
  brokers: z.array(brokerSchema).max(64),
  clientId: kafkaName('the client id'),
  topic: kafkaName('the topic'),
  group: kafkaName('the group'),
  /** Partitions of a topic or lake that is made; what exists keeps its own. */
  partitions: z.number().int().min(1).max(1000),
  /** Copies of every partition of a topic that is made; with three or more, two must be in sync. */
  replication: z.number().int().min(1).max(32),
  /** How long an aggregator may be silent before the others take its partitions over. */
  sessionTimeoutMs: z.number().int().min(1_000).max(300_000),
  tls: kafkaTlsSchema.nullable(),
  sasl: kafkaSaslSchema.nullable(),
};

export const kafkaSettingsSchema = z.strictObject({
  brokers: fields.brokers.default([]),
  clientId: fields.clientId.default('uptimer'),
  topic: fields.topic.default('probe-events.v1'),
  group: fields.group.default('uptimer'),
  partitions: fields.partitions.default(6),
  replication: fields.replication.default(1),
  sessionTimeoutMs: fields.sessionTimeoutMs.default(10_000),
  tls: fields.tls.default(null),
  sasl: fields.sasl.default(null),
});
export type KafkaSettings = z.output<typeof kafkaSettingsSchema>;

/** Some of them: what is left out stays as it is. Also the form of a `--kafka-config` file. */
export const kafkaPatchSchema = z.strictObject(fields).partial();
export type KafkaPatch = z.output<typeof kafkaPatchSchema>;
