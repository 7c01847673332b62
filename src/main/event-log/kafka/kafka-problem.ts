import { AppError } from '../../../shared/contract/app-error';
import type { KafkaProblem } from '../../../shared/contract/kafka';
import { fromKafkajs } from './broker-address';
import { SOCKET_CODES } from './kafka-sockets';

type Kind = KafkaProblem['kind'];
/** A sentence about the broker `at`. */
type Known = readonly [Kind, (at: string) => string];

const unknownName: Known = [
  'name',
  (at) => `The name of ${at} is not known: check how it is written, and the DNS.`,
];
const noRoute: Known = [
  'unreachable',
  (at) => `There is no way to ${at}: check the network and the address.`,
];
const noAnswer: Known = [
  'unreachable',
  (at) => `No answer from ${at} in time: check the address and port, and that no firewall is in between.`,
];
const closed: Known = [
  'unreachable',
  (at) => `${at} closed the connection: the broker may be restarting, or the port may be another service's.`,
];
const strange: Known = ['protocol', (at) => `What listens at ${at} does not speak Kafka: check the port.`];
const untrusted: Known = [
  'tls',
  (at) =>
    `The certificate of ${at} is signed by an authority that is not trusted: give that authority's PEM file as kafka.tls.ca.`,
];
const noTls: Known = [
  'protocol',
  (at) => `${at} does not speak TLS: give the port of its TLS listener, or switch TLS off.`,
];
const clientCertificate: Known = [
  'tls',
  (at) =>
    `${at} does not accept our client certificate, or wants one: give kafka.tls.cert and kafka.tls.key of a pair it trusts.`,
];
const handshake: Known = [
  'tls',
  (at) => `${at} and we agree on no TLS version or cipher: check the broker's ssl settings.`,
];
const credentials: Known = [
  'credentials',
  (at) => `${at} does not accept user name and password: check both, and the SASL mechanism.`,
];
const noCoordinator: Known = [
  'other',
  () =>
    'No broker leads the group: the cluster may be starting, the broker that led it may be away, its topic of offsets may not be there (offsets.topic.replication.factor above the number of brokers), or the user may not DESCRIBE the group.',
];
const topicPermission: Known = [
  'permission',
  () => 'The user may not use the topic: the cluster must allow it DESCRIBE, READ and WRITE on it.',
];
const clusterPermission: Known = [
  'permission',
  () =>
    'The user may not do this on the cluster: allow it IDEMPOTENT_WRITE, and CREATE where the topic is to be made.',
];
const noLeader: Known = [
  'replicas',
  () =>
    'A partition has no leader just now: the cluster is choosing one. If this lasts, a broker is missing: start it again.',
];
const tooFewReplicas: Known = [
  'replicas',
  () =>
    'Fewer replicas of a partition are in sync than min.insync.replicas of the topic asks for: start the brokers that are missing.',
];
const tooLarge: Known = [
  'settings',
  () =>
    'The broker takes no record as large as one of the probes that wait: raise max.message.bytes of the topic (a long URL may need 100 kB).',
];

/** By the code of Node's errors and the type of the broker's. */
const KNOWN: Readonly<Record<string, Known>> = {
  ENOTFOUND: unknownName,
  EAI_AGAIN: ['name', (at) => `The name of ${at} cannot be looked up now: check the DNS and the network.`],
  EAI_FAIL: unknownName,
  ENODATA: unknownName,
  ECONNREFUSED: ['refused', (at) => `Nobody listens at ${at}: check the port, and that the broker runs.`],
  ETIMEDOUT: noAnswer,
  EHOSTUNREACH: noRoute,
  ENETUNREACH: noRoute,
  EHOSTDOWN: noRoute,
  EADDRNOTAVAIL: noRoute,
  ECONNRESET: closed,
  EPIPE: closed,
  ECONNABORTED: noAnswer,
  [SOCKET_CODES.notKafka]: strange,
  [SOCKET_CODES.speaksHttp]: [
    'protocol',
    (at) => `A web server listens at ${at}, not Kafka: check the port (Kafka's is usually 9092).`,
  ],
  [SOCKET_CODES.speaksTls]: [
    'protocol',
    (at) => `${at} speaks TLS: switch TLS on, or give the port of a listener without it.`,
  ],
  [SOCKET_CODES.cutInHandshake]: noTls,
  ERR_SSL_WRONG_VERSION_NUMBER: noTls,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: noTls,
  ERR_SSL_HTTP_REQUEST: noTls,
  CERT_HAS_EXPIRED: ['tls', (at) => `The certificate of ${at} has expired: the broker needs a new one.`],
  CERT_NOT_YET_VALID: [
    'tls',
    (at) => `The certificate of ${at} is not valid yet: check the clocks here and there.`,
  ],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    'tls',
    (at) =>
      `The certificate of ${at} is for another name: use the name it was made for, or a certificate for this one.`,
  ],
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: clientCertificate,
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: clientCertificate,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: clientCertificate,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: clientCertificate,
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: clientCertificate,
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: handshake,
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: handshake,
  ERR_SSL_UNSUPPORTED_PROTOCOL: handshake,
  SASL_AUTHENTICATION_FAILED: credentials,
  UNSUPPORTED_SASL_MECHANISM: [
    'credentials',
    (at) => `${at} does not offer this SASL mechanism: choose another (plain, scram-sha-256, scram-sha-512).`,
  ],
  ILLEGAL_SASL_STATE: [
    'credentials',
    (at) => `${at} does not take credentials: switch SASL off, or give the port of a SASL listener.`,
  ],
  INVALID_SESSION_TIMEOUT: [
    'settings',
    () =>
      'The broker does not allow this session timeout: set kafka.sessionTimeoutMs within its group.min.session.timeout.ms (6 s unless changed) and group.max.session.timeout.ms.',
  ],
  TOPIC_AUTHORIZATION_FAILED: topicPermission,
  GROUP_AUTHORIZATION_FAILED: [
    'permission',
    () => 'The user may not use the group: the cluster must allow it DESCRIBE and READ on it.',
  ],
  CLUSTER_AUTHORIZATION_FAILED: clusterPermission,
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: clusterPermission,
  POLICY_VIOLATION: [
    'permission',
    () =>
      'A rule of the cluster forbids to make the topic as asked: make it by hand, or change partitions and replication.',
  ],
  UNKNOWN_TOPIC_OR_PARTITION: [
    'topic_missing',
    () =>
      'The topic is not there: it is made when events are sent, if the user may create topics; otherwise make it by hand.',
  ],
  LEADER_NOT_AVAILABLE: noLeader,
  NOT_LEADER_FOR_PARTITION: noLeader,
  NOT_ENOUGH_REPLICAS: tooFewReplicas,
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: tooFewReplicas,
  MESSAGE_TOO_LARGE: tooLarge,
  RECORD_LIST_TOO_LARGE: tooLarge,
  INVALID_REPLICATION_FACTOR: [
    'settings',
    () => 'The cluster has fewer brokers than kafka.replication asks for: lower it.',
  ],
};

/** By the name of kafkajs' errors: not all of their classes can be imported. */
const KNOWN_BY_NAME: Readonly<Record<string, Known>> = {
  KafkaJSSASLAuthenticationError: credentials,
  KafkaJSRequestTimeoutError: noAnswer,
  KafkaJSConnectionClosedError: closed,
  KafkaJSGroupCoordinatorNotFound: noCoordinator,
};

/**
 * What stands between us and the cluster, from an error of kafkajs, of Node or of `kafkaConfigOf`.
 * @param broker whom we spoke to; the error's own address goes first
 */
export function kafkaProblemOf(error: unknown, broker: string | null = null): KafkaProblem {
  const causes = causesOf(error);
  const at = causes.map(addressOf).find((address) => address !== null) ?? broker;
  const own = causes.find((cause) => cause instanceof AppError);
  if (own instanceof AppError) {
    return { kind: own.code === 'invalid_input' ? 'settings' : 'other', broker: at, message: own.message };
  }
  const [kind, sentence] = causes.map(knownOf).find((known) => known !== undefined) ?? unknownOf(causes);
  return { kind, broker: at, message: sentence(at ?? 'the broker') };
}

/** The error, what it was wrapped around, and the parts of a collective one; innermost last. */
function causesOf(error: unknown): Error[] {
  const found: Error[] = [];
  const add = (one: unknown): void => {
    if (!(one instanceof Error) || found.includes(one)) return;
    found.push(one);
    add(one.cause);
    if ('errors' in one && Array.isArray(one.errors)) one.errors.forEach(add);
  };
  add(error);
  return found;
}

function knownOf(error: Error): Known | undefined {
  const names = [errorField(error, 'code'), errorField(error, 'type')];
  for (const name of names) if (name !== null && Object.hasOwn(KNOWN, name)) return KNOWN[name];
  return Object.hasOwn(KNOWN_BY_NAME, error.name) ? KNOWN_BY_NAME[error.name] : undefined;
}

/** A connection error without a code is kafkajs' own time limit. */
function unknownOf(causes: readonly Error[]): Known {
  if (causes.some((cause) => addressOf(cause) !== null)) return noAnswer;
  const type = causes
    .map((cause) => errorField(cause, 'type') ?? errorField(cause, 'code'))
    .find((name) => name !== null);
  return [
    'other',
    (at) =>
      `The cluster behind ${at} does not do what is asked${type ? ` (${type})` : ''}: its log may say why.`,
  ];
}

function addressOf(error: Error): string | null {
  const broker = errorField(error, 'broker');
  return broker === null ? null : fromKafkajs(broker);
}

function errorField(error: Error, name: 'code' | 'type' | 'broker'): string | null {
  const value: unknown = (error as Partial<Record<typeof name, unknown>>)[name];
  return typeof value === 'string' && value !== '' ? value : null;
}
