import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCertificates } from '../certificates';
import { type BrokerProcess, createBrokerProcess } from './broker-process';
import { freePorts } from './free-ports';
import type { KafkaVersion } from './jars';
import type { KafkaBroker, KafkaCluster, KafkaListener, KafkaOptions } from './kafka-cluster';
import {
  ADMIN,
  adminProperties,
  type BrokerPorts,
  propertiesText,
  scramArguments,
  serverProperties,
  USER,
} from './server-properties';
import { runProgram, toolArguments, toolClass } from './tools';
import { startWatchdog, type Watchdog } from './watchdog';

const TRIES = 3;
const LOG4J = `log4j.rootLogger=WARN, out
log4j.appender.out=org.apache.log4j.ConsoleAppender
log4j.appender.out.layout=org.apache.log4j.PatternLayout
log4j.appender.out.layout.ConversionPattern=[%d] %p %m (%c{1})%n
`;

/** A running cluster of JVMs, one a broker, from Kafka's jars; again with other ports when one was taken meanwhile. */
export async function startJvmCluster(classPath: string, options: KafkaOptions): Promise<KafkaCluster> {
  for (let attempt = 1; ; attempt += 1) {
    const watchdog = startWatchdog();
    try {
      return await startOnce(classPath, options, watchdog);
    } catch (error) {
      await watchdog.end();
      const isTaken = error instanceof Error && /Address already in use|BindException/.test(error.message);
      if (!isTaken || attempt === TRIES || options.port !== undefined) throw error;
    }
  }
}

async function startOnce(
  classPath: string,
  options: KafkaOptions,
  watchdog: Watchdog,
): Promise<KafkaCluster> {
  const version: KafkaVersion = options.version ?? '3.9.1';
  const listeners = options.listeners ?? ['plain'];
  const [firstListener] = listeners;
  if (firstListener === undefined) throw new Error('a cluster needs a listener');
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'uptimer-kafka-'));
  if (options.folder === undefined) watchdog.remove(folder);
  else mkdirSync(folder, { recursive: true });

  const ids = options.brokers === 3 ? [1, 2, 3] : [1];
  const nodes = await portsOf(ids, listeners, options.port);
  const needsTls = listeners.some((listener) => listener.endsWith('tls'));
  const certificates = needsTls ? writeCertificates(folder) : null;
  const chain = join(folder, 'broker-chain.pem');
  const log4j = join(folder, 'log4j.properties');
  const adminFile = join(folder, 'admin.properties');
  writeFileSync(log4j, LOG4J);
  writeFileSync(adminFile, propertiesText(adminProperties()));
  // Several JVMs on few cores, and tools that end at once, spend more on compiling well than they get back.
  const quick = (isShort: boolean): string[] => (isShort ? ['-XX:TieredStopAtLevel=1'] : []);
  const java = (heap: string, mainClass: string, args: readonly string[]): string[] => [
    ...quick(mainClass !== 'kafka.Kafka' || ids.length > 1),
    ...[`-Xmx${heap}`, '-XX:+UseSerialGC', `-Dlog4j.configuration=file:${log4j}`],
    ...['-cp', classPath, mainClass, ...args],
  ];

  // One that begins with a dash is an option to the tool that formats.
  const clusterId = `U${randomBytes(16).toString('base64url').slice(1)}`;
  const processes = await Promise.all(
    nodes.map(async (node): Promise<BrokerProcess> => {
      const file = join(folder, `server-${node.id}.properties`);
      const properties = serverProperties({
        node,
        nodes,
        folder: join(folder, `data-${node.id}`),
        acl: options.acl ?? false,
        tls: certificates === null ? null : { ca: certificates.ca, chain },
        settings: options.settings ?? {},
      });
      writeFileSync(file, propertiesText(properties));
      if (!existsSync(join(folder, `data-${node.id}`, 'meta.properties'))) {
        // Written together: an id may begin with a dash.
        const format = ['format', `--cluster-id=${clusterId}`, '--config', file, ...scramArguments()];
        const formatted = await runProgram(
          'java',
          java('128m', 'kafka.tools.StorageTool', format),
          '',
          watchdog,
        );
        if (formatted.code !== 0)
          throw new Error(`StorageTool failed:\n${formatted.stderr}${formatted.stdout}`);
      }
      return createBrokerProcess({
        id: node.id,
        java: java(nodes.length === 1 ? '512m' : '256m', 'kafka.Kafka', [file]),
        logFile: join(folder, `broker-${node.id}.log`),
        client: { brokers: [`127.0.0.1:${node.ports.internal}`], sasl: { mechanism: 'plain', ...ADMIN } },
        watchdog,
      });
    }),
  );
  await Promise.all(processes.map((process) => process.start()));

  const endpoints: Partial<Record<KafkaListener, string>> = {};
  for (const listener of listeners) {
    endpoints[listener] = nodes.map(({ ports }) => `127.0.0.1:${ports.clients[listener]}`).join(',');
  }
  const internal = nodes.map(({ ports }) => `127.0.0.1:${ports.internal}`).join(',');
  let ended: Promise<void> | null = null;
  return {
    bootstrap: endpoints[firstListener] ?? '',
    brokers: nodes.map(({ id, ports }, index) =>
      brokerOf(id, ports.clients[firstListener] ?? 0, processes[index] as BrokerProcess),
    ),
    endpoints,
    credentials: { user: USER, admin: ADMIN },
    certificates,
    run(tool, args, stdin) {
      const all = toolArguments(tool, args, internal, adminFile);
      return runProgram('java', java('256m', toolClass(tool, version), all), stdin, watchdog);
    },
    stop() {
      ended ??= (async () => {
        const isKept = options.folder !== undefined;
        await Promise.all(processes.map((process) => (isKept ? process.stop() : process.kill())));
        await watchdog.end();
        if (!isKept) rmSync(folder, { recursive: true, force: true });
      })();
      return ended;
    },
  };

  function writeCertificates(into: string): NonNullable<KafkaCluster['certificates']> {
    const made = createCertificates();
    const write = (name: string, text: string): string => {
      const path = join(into, name);
      writeFileSync(path, text);
      return path;
    };
    write('broker-chain.pem', made.valid.key + made.valid.cert);
    return {
      ca: write('ca.pem', made.ca),
      cert: write('client.pem', made.valid.cert),
      key: write('client.key', made.valid.key),
      otherCa: write('other-ca.pem', made.selfSigned.cert),
    };
  }
}

function brokerOf(id: number, port: number, process: BrokerProcess): KafkaBroker {
  return {
    id,
    port,
    get pid() {
      return process.pid();
    },
    kill: process.kill,
    stop: process.stop,
    start: process.start,
    pause: () => process.signal('SIGSTOP'),
    resume: () => process.signal('SIGCONT'),
    log: process.log,
  };
}

async function portsOf(
  ids: readonly number[],
  listeners: readonly KafkaListener[],
  first: number | undefined,
): Promise<{ id: number; ports: BrokerPorts }[]> {
  const each = 2 + listeners.length;
  const free = await freePorts(ids.length * each);
  return ids.map((id, index) => {
    const [controller = 0, internal = 0, ...rest] = free.slice(index * each, (index + 1) * each);
    const clients = Object.fromEntries(
      listeners.map((listener, at) => [
        listener,
        first === undefined ? rest[at] : first + index * listeners.length + at,
      ]),
    );
    return { id, ports: { controller, internal, clients } };
  });
}
