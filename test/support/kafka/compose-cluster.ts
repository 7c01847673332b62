import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { COMPOSE_PATH } from './compose-file';
import { freePorts } from './free-ports';
import type { KafkaBroker, KafkaCluster, KafkaOptions } from './kafka-cluster';
import { ADMIN, quickSettings, USER } from './server-properties';
import { runProgram, toolArguments, toolClass } from './tools';
import { startWatchdog } from './watchdog';

const run = promisify(execFile);
/** The image may have to be fetched first. */
const UP_MS = 600_000;

/** Whether a Docker engine with Compose answers. */
export async function hasCompose(): Promise<boolean> {
  try {
    await run('docker', ['compose', 'version'], { timeout: 20_000 });
    await run('docker', ['info'], { timeout: 20_000 });
    return true;
  } catch {
    return false;
  }
}

/** One plain broker is all that the repository's compose file can give a test. */
export function fitsCompose(options: KafkaOptions): boolean {
  if (options.port !== undefined || options.folder !== undefined) return false;
  const isPlain = (options.listeners ?? ['plain']).every((listener) => listener === 'plain');
  return isPlain && options.brokers !== 3 && (options.version ?? '3.9.1') === '3.9.1' && options.acl !== true;
}

/** The single broker of docker-compose.kafka.yml, as a project of its own, on a free port and with a volume of its own. */
export async function startComposeCluster(options: KafkaOptions): Promise<KafkaCluster> {
  const watchdog = startWatchdog();
  const folder = mkdtempSync(join(tmpdir(), 'uptimer-kafka-'));
  watchdog.remove(folder);
  const [port = 0] = await freePorts(1);
  const override = join(folder, 'override.json');
  const environment = Object.fromEntries(
    Object.entries({ ...quickSettings(1), ...options.settings }).map(([key, value]) => [
      variableOf(key),
      value,
    ]),
  );
  writeFileSync(override, JSON.stringify({ services: { kafka: { restart: 'no', environment } } }));
  const project = `uptimer-test-${randomBytes(4).toString('hex')}`;
  const compose = ['compose', '-p', project, '-f', COMPOSE_PATH, '-f', override];
  const env = { ...process.env, KAFKA_BIND: '127.0.0.1', KAFKA_HOST: '127.0.0.1', KAFKA_PORT: String(port) };
  watchdog.run(['docker', ...compose, 'down', '--volumes', '--timeout', '0']);
  const docker = async (...args: string[]): Promise<void> => {
    await run('docker', [...compose, ...args], { env, timeout: UP_MS });
  };
  const dockerNow = (...args: string[]): string =>
    execFileSync('docker', [...compose, ...args], { env, encoding: 'utf8', maxBuffer: 1 << 28 });
  const up = (): Promise<void> => docker('up', '--detach', '--wait', '--no-recreate', 'kafka');
  try {
    await up();
  } catch (error) {
    await watchdog.end();
    throw error;
  }
  const bootstrap = `127.0.0.1:${port}`;
  const broker: KafkaBroker = {
    id: 1,
    port,
    pid: null,
    kill: () => docker('kill', '--signal', 'SIGKILL', 'kafka'),
    stop: () => docker('stop', 'kafka'),
    start: up,
    pause: () => void dockerNow('pause', 'kafka'),
    resume: () => void dockerNow('unpause', 'kafka'),
    log: () => dockerNow('logs', '--no-color', 'kafka'),
  };
  let ended: Promise<void> | null = null;
  return {
    bootstrap,
    brokers: [broker],
    endpoints: { plain: bootstrap },
    credentials: { user: USER, admin: ADMIN },
    certificates: null,
    run(tool, args, stdin) {
      const all = toolArguments(tool, args, 'localhost:19092', null);
      const exec = ['exec', '-T', 'kafka', '/opt/kafka/bin/kafka-run-class.sh', toolClass(tool, '3.9.1')];
      return runProgram('docker', [...compose, ...exec, ...all], stdin, watchdog, env);
    },
    stop() {
      ended ??= watchdog.end();
      return ended;
    },
  };
}

/** The image's way to write a setting as a variable: `.` is `_`, `_` is `__`, `-` is `___`. */
function variableOf(key: string): string {
  return `KAFKA_${key.replaceAll('_', '__').replaceAll('-', '___').replaceAll('.', '_').toUpperCase()}`;
}
