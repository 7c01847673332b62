// `npm run kafka`: a real broker in the foreground, for benchmarks and by hand; prints its address, ends with Ctrl-C.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { KAFKA_VERSIONS } from '../test/support/kafka/jars';
import { type KafkaBroker, type KafkaListener, LISTENERS } from '../test/support/kafka/kafka-cluster';
import { startKafka } from '../test/support/kafka/start-kafka';

const LOOK_MS = 300;

const HELP = `npm run kafka -- [options]
  --brokers 1|3          how many (1)
  --version VERSION      ${KAFKA_VERSIONS.join(' or ')} (${KAFKA_VERSIONS[0]})
  --listener NAME        ${LISTENERS.join(', ')}; may be repeated (plain)
  --acl                  only admin may do what was not granted
  --set KEY=VALUE        a line of server.properties; may be repeated
  --port N               of the first broker; more brokers and listeners follow (any free)
  --data DIR             its data, kept: the same again with the same --port is a broker that was away
`;

function refuse(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(2);
}

function readArguments() {
  try {
    return parseArgs({
      options: {
        brokers: { type: 'string', default: '1' },
        version: { type: 'string', default: KAFKA_VERSIONS[0] },
        listener: { type: 'string', multiple: true, default: ['plain'] },
        acl: { type: 'boolean', default: false },
        set: { type: 'string', multiple: true, default: [] },
        port: { type: 'string' },
        data: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return refuse(`${error instanceof Error ? error.message : String(error)}\n${HELP}`);
  }
}

const values = readArguments();
if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
const brokers = values.brokers === '1' ? 1 : values.brokers === '3' ? 3 : refuse('--brokers must be 1 or 3');
const version =
  KAFKA_VERSIONS.find((known) => known === values.version) ??
  refuse(`--version must be ${KAFKA_VERSIONS.join(' or ')}`);
const listeners = values.listener.map(
  (name): KafkaListener =>
    LISTENERS.find((known) => known === name) ?? refuse(`--listener must be one of ${LISTENERS.join(', ')}`),
);
const settings = Object.fromEntries(
  values.set.map((line) => {
    const at = line.indexOf('=');
    return at > 0 ? [line.slice(0, at), line.slice(at + 1)] : refuse(`--set ${line}: must be KEY=VALUE`);
  }),
);

const port = values.port === undefined ? undefined : Number(values.port);
if (port !== undefined && !(Number.isInteger(port) && port >= 1 && port <= 65_000)) {
  refuse('--port must be a whole number from 1 to 65000');
}
const folder = values.data === undefined ? undefined : resolve(process.env.INIT_CWD ?? '.', values.data);

/** Says which brokers ended by themselves, and ends when none is left. Docker's have no process here to look at. */
function watchBrokers(all: readonly KafkaBroker[], isEnding: () => boolean): void {
  let alive = all.filter(({ pid }) => pid !== null);
  if (alive.length === 0) return;
  setInterval(() => {
    if (isEnding()) return;
    for (const { id } of alive.filter(({ pid }) => pid === null)) {
      process.stderr.write(`broker ${id} has ended\n`);
    }
    alive = alive.filter(({ pid }) => pid !== null);
    if (alive.length === 0) process.exit(1);
  }, LOOK_MS);
}

try {
  const cluster = await startKafka({
    ...{ brokers, version, listeners, acl: values.acl, settings },
    ...(port === undefined ? {} : { port }),
    ...(folder === undefined ? {} : { folder }),
  });
  for (const [listener, address] of Object.entries(cluster.endpoints)) {
    process.stdout.write(`${listener} ${address}\n`);
  }
  if (listeners.some((name) => name.startsWith('sasl'))) {
    for (const { username, password } of Object.values(cluster.credentials)) {
      process.stdout.write(`user ${username} password ${password}\n`);
    }
  }
  if (cluster.certificates !== null) {
    const { ca, cert, key } = cluster.certificates;
    process.stdout.write(`ca ${ca}\nclient certificate ${cert} ${key}\n`);
  }
  for (const { id, pid } of cluster.brokers) process.stdout.write(`broker ${id} pid ${pid}\n`);
  const fate = folder === undefined ? 'removes its data' : `keeps its data in ${folder}`;
  process.stdout.write(`ready; Ctrl-C ends it and ${fate}\n`);
  let isEnding = false;
  watchBrokers(cluster.brokers, () => isEnding);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      isEnding = true;
      void cluster.stop().then(() => process.exit(0));
    });
  }
} catch (error) {
  refuse(error instanceof Error ? error.message : String(error));
}
