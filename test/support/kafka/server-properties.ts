import type { KafkaListener, KafkaUser } from './kafka-cluster';

export const USER: KafkaUser = { username: 'uptimer', password: 'uptimer-secret' };
export const ADMIN: KafkaUser = { username: 'admin', password: 'admin-secret' };

/** Where one broker listens; all on 127.0.0.1. */
export interface BrokerPorts {
  controller: number;
  internal: number;
  clients: Partial<Record<KafkaListener, number>>;
}

interface Node {
  id: number;
  ports: BrokerPorts;
}

export interface ServerOptions {
  node: Node;
  nodes: readonly Node[];
  /** Of this broker's data. */
  folder: string;
  acl: boolean;
  /** PEM paths: `chain` is key and certificate in one file. */
  tls: { ca: string; chain: string } | null;
  settings: Readonly<Record<string, string>>;
}

const PROTOCOLS: Record<KafkaListener, string> = {
  plain: 'PLAINTEXT',
  tls: 'SSL',
  'sasl-plain': 'SASL_PLAINTEXT',
  'sasl-scram': 'SASL_PLAINTEXT',
  'sasl-tls': 'SASL_SSL',
};

const MECHANISMS: Partial<Record<KafkaListener, readonly string[]>> = {
  'sasl-plain': ['PLAIN'],
  'sasl-scram': ['SCRAM-SHA-256', 'SCRAM-SHA-512'],
  'sasl-tls': ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'],
};

/** server.properties of one node of a KRaft cluster in combined mode, quick enough for tests. */
export function serverProperties(options: ServerOptions): Record<string, string> {
  const { node, nodes, folder, acl } = options;
  const clients = Object.entries(node.ports.clients) as [KafkaListener, number][];
  const advertised = [
    `INTERNAL://127.0.0.1:${node.ports.internal}`,
    ...clients.map(([listener, port]) => `${nameOf(listener)}://127.0.0.1:${port}`),
  ];
  const protocols = ['CONTROLLER:SASL_PLAINTEXT', 'INTERNAL:SASL_PLAINTEXT'];
  const properties: Record<string, string> = {
    'process.roles': 'broker,controller',
    'node.id': String(node.id),
    'controller.quorum.voters': nodes.map(({ id, ports }) => `${id}@127.0.0.1:${ports.controller}`).join(','),
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'INTERNAL',
    'sasl.mechanism.inter.broker.protocol': 'PLAIN',
    'sasl.mechanism.controller.protocol': 'PLAIN',
    listeners: [`CONTROLLER://127.0.0.1:${node.ports.controller}`, ...advertised].join(','),
    'advertised.listeners': advertised.join(','),
    'log.dirs': folder,
    ...quickSettings(nodes.length),
    ...sasl('CONTROLLER', ['PLAIN']),
    ...sasl('INTERNAL', ['PLAIN']),
  };
  for (const [listener] of clients) {
    const name = nameOf(listener);
    protocols.push(`${name}:${PROTOCOLS[listener]}`);
    Object.assign(properties, sasl(name, MECHANISMS[listener] ?? []));
    if (PROTOCOLS[listener].endsWith('SSL')) Object.assign(properties, tls(name, options.tls));
  }
  properties['listener.security.protocol.map'] = protocols.join(',');
  if (acl) {
    properties['authorizer.class.name'] = 'org.apache.kafka.metadata.authorizer.StandardAuthorizer';
    properties['super.users'] = `User:${ADMIN.username}`;
  }
  return { ...properties, ...options.settings };
}

/** The text of a .properties file. */
export function propertiesText(properties: Readonly<Record<string, string>>): string {
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n`)
    .join('');
}

/** What a Java client needs to sign in at INTERNAL. */
export function adminProperties(): Record<string, string> {
  return {
    'security.protocol': 'SASL_PLAINTEXT',
    'sasl.mechanism': 'PLAIN',
    'sasl.jaas.config': `${plainModule(ADMIN)};`,
  };
}

/** Arguments of StorageTool: SCRAM's users are part of a new cluster's first records. */
export function scramArguments(): string[] {
  return [USER, ADMIN].flatMap(({ username, password }) =>
    ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
      '--add-scram',
      `${mechanism}=[name=${username},password=${password}]`,
    ]),
  );
}

/** The listener's name in server.properties: 'sasl-tls' is SASL_TLS. */
export function nameOf(listener: KafkaListener): string {
  return listener.toUpperCase().replace('-', '_');
}

/** What makes a broker quick enough for tests, and internal topics as safe as so many brokers allow. */
export function quickSettings(brokers: number): Record<string, string> {
  const copies = String(brokers);
  return {
    'auto.create.topics.enable': 'false',
    'group.initial.rebalance.delay.ms': '0',
    'group.min.session.timeout.ms': '500',
    // A broker that was killed is out, and may come back, after this long: Kafka's default is 9 s.
    'broker.session.timeout.ms': '3000',
    'broker.heartbeat.interval.ms': '500',
    'log.cleaner.dedupe.buffer.size': '4194304',
    'offsets.topic.num.partitions': '4',
    'offsets.topic.replication.factor': copies,
    'transaction.state.log.num.partitions': '4',
    'transaction.state.log.replication.factor': copies,
    'transaction.state.log.min.isr': brokers === 3 ? '2' : '1',
  };
}

function plainModule({ username, password }: KafkaUser): string {
  return `org.apache.kafka.common.security.plain.PlainLoginModule required username="${username}" password="${password}"`;
}

function sasl(name: string, mechanisms: readonly string[]): Record<string, string> {
  if (mechanisms.length === 0) return {};
  const prefix = `listener.name.${name.toLowerCase()}.`;
  const users = [USER, ADMIN].map(({ username, password }) => ` user_${username}="${password}"`).join('');
  const properties: Record<string, string> = { [`${prefix}sasl.enabled.mechanisms`]: mechanisms.join(',') };
  for (const mechanism of mechanisms) {
    properties[`${prefix}${mechanism.toLowerCase()}.sasl.jaas.config`] =
      mechanism === 'PLAIN'
        ? `${plainModule(ADMIN)}${users};`
        : 'org.apache.kafka.common.security.scram.ScramLoginModule required;';
  }
  return properties;
}

function tls(name: string, files: ServerOptions['tls']): Record<string, string> {
  if (files === null) throw new Error('a TLS listener needs certificates');
  const prefix = `listener.name.${name.toLowerCase()}.`;
  return {
    [`${prefix}ssl.keystore.type`]: 'PEM',
    [`${prefix}ssl.keystore.location`]: files.chain,
    [`${prefix}ssl.truststore.type`]: 'PEM',
    [`${prefix}ssl.truststore.location`]: files.ca,
    [`${prefix}ssl.client.auth`]: 'requested',
  };
}
