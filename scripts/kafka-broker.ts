// `npm run kafka`: a real broker in the foreground, for benchmarks and by hand; prints its address, ends with Ctrl-C.
import { parseArgs } from 'node:util';
import { KAFKA_VERSIONS } from '../test/support/kafka/jars';
import { type KafkaListener, LISTENERS } from '../test/support/kafka/kafka-cluster';
import { startKafka } from '../test/support/kafka/start-kafka';

const HELP = `npm run kafka -- [options]
  --brokers 1|3          how many (1)
  --version VERSION      ${KAFKA_VERSIONS.join(' or ')} (${KAFKA_VERSIONS[0]})
  --listener NAME        ${LISTENERS.join(', ')}; may be repeated (plain)
  --acl                  only admin may do what was not granted
  --set KEY=VALUE        a line of server.properties; may be repeated
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

try {
  const cluster = await startKafka({ brokers, version, listeners, acl: values.acl, settings });
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
  process.stdout.write('ready; Ctrl-C ends it and removes its data\n');
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => void cluster.stop().then(() => process.exit(0)));
  }
} catch (error) {
  refuse(error instanceof Error ? error.message : String(error));
}
