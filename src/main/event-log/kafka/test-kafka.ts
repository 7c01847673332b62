import { setTimeout as sleep } from 'node:timers/promises';
import { type Admin, Kafka, type KafkaConfig, logLevel, Partitioners, type Producer } from 'kafkajs';
import type { KafkaProblem, KafkaTest } from '../../../shared/contract/kafka';
import type { KafkaSettings, Role } from '../../../shared/domain/kafka-settings';
import type { Logger } from '../../platform/logger';
import { toKafkajs } from './broker-address';
import { type Env, kafkaConfigOf } from './kafka-config';
import { kafkaProblemOf } from './kafka-problem';
import { createKafkaSockets } from './kafka-sockets';
import { oneTopicClient } from './one-topic-client';

/** Whatever the other side does, the answer is there after this long and a moment. */
const DEADLINE_MS = 8_500;
const STEP_MS = 3_000;
/** A cluster on its first day makes its table of groups when it is first asked for. */
const GROUP_TRIES = 8;
const GROUP_WAIT_MS = 300;

/** Of several brokers' problems the one that came furthest is told: most is learned from it. */
const FURTHEST_FIRST: readonly KafkaProblem['kind'][] = [
  ...(['permission', 'topic_missing', 'topic_partitions', 'settings', 'replicas', 'other'] as const),
  ...(['credentials', 'tls', 'protocol', 'unreachable', 'refused', 'name'] as const),
];

const nothing = { clusterId: null, brokers: null, topic: null };

/**
 * Steps through name, connection, TLS, credentials, cluster, topic and permissions, at every broker of the list at once; the
 * first that passes wins. Ends within 10 s and leaves no socket and no timer behind. Changes nothing on the cluster.
 * @param options.role whose permissions are needed: `all` by default
 */
export async function testKafka(options: {
  settings: KafkaSettings;
  env: Env;
  logger: Logger;
  role?: Role;
}): Promise<KafkaTest> {
  const { settings, role = 'all' } = options;
  let config: KafkaConfig;
  try {
    config = await kafkaConfigOf(settings, options.env, options.logger);
  } catch (error) {
    return { ok: false, problem: kafkaProblemOf(error), ...nothing };
  }
  if (settings.brokers.length === 0) {
    const message = 'No broker is given: name at least one, such as localhost:9092.';
    return { ok: false, problem: { kind: 'settings', broker: null, message }, ...nothing };
  }
  const running = settings.brokers.map((broker) => createBrokerTest(broker, { settings, role, config }));
  const tests = running.map((test) => test.run());
  const endAll = (): void => running.forEach(({ end }) => void end());
  const deadline = setTimeout(endAll, DEADLINE_MS);
  try {
    return await firstGood(tests);
  } finally {
    clearTimeout(deadline);
    endAll();
    await Promise.all(tests);
  }
}

/** Resolves with the first good one as soon as it is there, otherwise with the most telling bad one. */
async function firstGood(tests: readonly Promise<KafkaTest>[]): Promise<KafkaTest> {
  const good = tests.map((test) => test.then((result) => (result.ok ? result : Promise.reject(result))));
  return Promise.any(good).catch(async () => {
    const rank = ({ problem }: KafkaTest) => FURTHEST_FIRST.indexOf(problem?.kind ?? 'other');
    const [first, ...rest] = await Promise.all(tests);
    return rest.reduce((best, one) => (rank(one) < rank(best) ? one : best), first as KafkaTest);
  });
}

interface BrokerTest {
  /** Never rejects. */
  run(): Promise<KafkaTest>;
  /** Makes it end now. */
  end(): void;
}

function createBrokerTest(
  broker: string,
  { settings, role, config }: { settings: KafkaSettings; role: Role; config: KafkaConfig },
): BrokerTest {
  const sockets = createKafkaSockets();
  let swallowed: Error | null = null;
  const kafka = new Kafka({
    ...config,
    brokers: [toKafkajs(broker)],
    socketFactory: sockets.factory,
    connectionTimeout: STEP_MS,
    authenticationTimeout: STEP_MS,
    requestTimeout: STEP_MS,
    retry: { retries: 0 },
    // Why a group has no coordinator it swallows, and tells only its log. Nothing is printed: the answer says it all.
    logLevel: logLevel.DEBUG,
    logCreator:
      () =>
      ({ log }) => {
        if (log.error instanceof Error) swallowed = log.error;
      },
  });
  const admin = kafka.admin();
  let producer: Producer | null = null;
  const found: Omit<KafkaTest, 'ok' | 'problem'> = { ...nothing };
  let connected = false;

  const steps = async (): Promise<void> => {
    await admin.connect();
    connected = true;
    const cluster = await describe(admin);
    found.clusterId = cluster?.clusterId ?? null;
    found.brokers = cluster?.brokers.length ?? null;
    found.topic = await topicOf(admin, settings);
    // From here on the client asks for this topic alone: any other may lack a leader.
    if (found.topic !== null) await admin.fetchTopicOffsets(settings.topic);
    if (role !== 'prober') await askForGroup(admin, settings.group, () => swallowed);
    if (role === 'aggregator') return;
    const client = found.topic === null ? kafka : oneTopicClient(kafka, settings.topic);
    producer = client.producer({
      idempotent: true,
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
      // kafkajs insists on one.
      retry: { retries: 1 },
    });
    // To connect an idempotent producer is to ask for its number, which only who may write somewhere gets.
    await producer.connect();
  };
  const inContext = (problem: KafkaProblem): KafkaProblem => {
    const closed = problem.kind === 'unreachable' && sockets.endedByPeer();
    if (connected && problem.broker !== null && problem.broker !== broker) {
      const advice = `${problem.broker} is the address that the cluster gives out (advertised.listeners): it must be reachable from here.`;
      return { ...problem, message: `${problem.message} ${advice}` };
    }
    if (closed && connected && settings.sasl === null) {
      const message = `${broker} closes the connection to who does not sign in: give user name and password (kafka.sasl).`;
      return { kind: 'credentials', broker, message };
    }
    if (!closed || connected) return problem;
    const message = `${broker} closes the connection at the first word: check the port, and whether it wants TLS.`;
    return { kind: 'protocol', broker, message };
  };

  return {
    async run() {
      try {
        await steps();
        return { ok: true, problem: null, ...found };
      } catch (error) {
        return { ok: false, problem: inContext(kafkaProblemOf(error, broker)), ...found };
      } finally {
        sockets.end();
        await Promise.allSettled([admin.disconnect(), producer?.disconnect()]);
      }
    },
    end: sockets.end,
  };
}

/** Null where any partition, of whatever topic, has no leader just now: kafkajs asks for all, and one spoils the answer. */
async function describe(admin: Admin): Promise<Awaited<ReturnType<Admin['describeCluster']>> | null> {
  try {
    return await admin.describeCluster();
  } catch (error) {
    if (kafkaProblemOf(error).kind !== 'replicas') throw error;
    return null;
  }
}

/** Null when it is not there, and could be made. */
async function topicOf(admin: Admin, settings: KafkaSettings): Promise<KafkaTest['topic']> {
  const { topic, partitions: numPartitions, replication: replicationFactor } = settings;
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    const partitions = topics[0]?.partitions ?? [];
    return { partitions: partitions.length, replication: partitions[0]?.replicas.length ?? 0 };
  } catch (error) {
    if (kafkaProblemOf(error).kind !== 'topic_missing') throw error;
    try {
      const topics = [{ topic, numPartitions, replicationFactor }];
      await admin.createTopics({ validateOnly: true, waitForLeaders: false, topics });
      return null;
    } catch (refusal) {
      // Who may not make it is told that it is missing: that is what has to be mended.
      throw kafkaProblemOf(refusal).kind === 'permission' ? error : refusal;
    }
  }
}

/** @param swallowed what kafkajs met last and did not throw */
async function askForGroup(admin: Admin, group: string, swallowed: () => Error | null): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await admin.describeGroups([group]);
      return;
    } catch (error) {
      const reason = mayPass(error) ? (swallowed() ?? error) : error;
      if (!mayPass(reason) || attempt === GROUP_TRIES) throw reason;
      await sleep(GROUP_WAIT_MS);
    }
  }
}

function mayPass(error: unknown): boolean {
  const { kind } = kafkaProblemOf(error);
  return kind === 'other' || kind === 'replicas';
}
