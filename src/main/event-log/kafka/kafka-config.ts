import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type ConnectionOptions, createSecureContext } from 'node:tls';
import { type KafkaConfig, type logCreator, logLevel, type SASLOptions } from 'kafkajs';
import { AppError } from '../../../shared/contract/app-error';
import type { KafkaSettings } from '../../../shared/domain/kafka-settings';
import type { Logger } from '../../platform/logger';
import { type Random, systemRandom } from '../../platform/random';
import { toKafkajs } from './broker-address';
import { createKafkaSockets } from './kafka-sockets';

export type Env = Readonly<Record<string, string | undefined>>;

const CONNECTION_TIMEOUT_MS = 5_000;
const AUTHENTICATION_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** A broker that owes an answer for so long is gone. The longest that it may take on purpose is a send's 8 s. */
const ANSWER_WITHIN_MS = 10_000;
/**
 * JoinGroup and SyncGroup: the coordinator answers when the other members have come, or their time is up, whose session may be
 * as long as the settings let it be. kafkajs gives up after its own.
 */
const GROUP_ANSWER_WITHIN_MS = 310_000;
const GROUP_API_KEYS: ReadonlySet<number> = new Set([11, 14]);

/**
 * The settings as kafkajs takes them: files read, secrets in their place.
 * @throws AppError `invalid_input` whose `field` is the setting, such as `kafka.tls.ca`: a file or variable that is not there, or
 * a file that does not hold what it should
 */
export async function kafkaConfigOf(
  settings: KafkaSettings,
  env: Env,
  logger: Logger,
  random: Random = systemRandom,
): Promise<KafkaConfig> {
  const sockets = createKafkaSockets((apiKey) =>
    GROUP_API_KEYS.has(apiKey) ? GROUP_ANSWER_WITHIN_MS : ANSWER_WITHIN_MS,
  );
  return {
    // kafkajs begins with the first of a list at every new connection, and stays with one that takes it and hangs up.
    brokers: async () => [anyOf(settings.brokers, random)],
    clientId: settings.clientId,
    ...(settings.tls === null ? {} : { ssl: await tlsOf(settings.tls) }),
    ...(settings.sasl === null ? {} : { sasl: saslOf(settings.sasl, env) }),
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    authenticationTimeout: AUTHENTICATION_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    enforceRequestTimeout: true,
    // A broker that is back has to be found within seconds; who has to wait longer tries again on its own.
    retry: { initialRetryTime: 150, factor: 0.2, multiplier: 2, maxRetryTime: 2_000, retries: 5 },
    socketFactory: sockets.factory,
    logLevel: logLevel.INFO,
    logCreator: logThrough(logger),
  };
}

function anyOf(brokers: readonly string[], random: Random): string {
  return toKafkajs(brokers[Number.parseInt(random.hex(8), 16) % brokers.length] ?? '');
}

function saslOf(sasl: NonNullable<KafkaSettings['sasl']>, env: Env): SASLOptions {
  const { mechanism, username } = sasl;
  const name = sasl.password.replace(/^\$\{env:|\}$/g, '');
  // Most ways to put a file into a variable leave a line break.
  const password = env[name]?.replace(/[\r\n]+$/, '') ?? '';
  if (password === '') {
    const field = 'kafka.sasl.password';
    throw wrong(
      field,
      `the environment variable ${name} is not set: set it to the password, then start again`,
    );
  }
  return { mechanism, username, password };
}

async function tlsOf(tls: NonNullable<KafkaSettings['tls']>): Promise<ConnectionOptions> {
  const ca = await pem(tls.ca, 'kafka.tls.ca');
  const cert = await pem(tls.cert, 'kafka.tls.cert');
  const key = await pem(tls.key, 'kafka.tls.key');
  if (ca !== null) readAs('certificate', ca, 'kafka.tls.ca');
  if (cert !== null) readAs('certificate', cert, 'kafka.tls.cert');
  if (key !== null) readAs('key', key, 'kafka.tls.key');
  const options = {
    ...(ca === null ? {} : { ca }),
    ...(cert === null ? {} : { cert }),
    ...(key === null ? {} : { key }),
  };
  try {
    createSecureContext(options);
  } catch (cause) {
    throw wrong(
      'kafka.tls.key',
      `${tls.key} is not the key of ${tls.cert}: give the pair that belongs together`,
      cause,
    );
  }
  return options;
}

async function pem(path: string | null, field: string): Promise<string | null> {
  if (path === null) return null;
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : '';
    const reasons = {
      ENOENT: `there is no file ${path}`,
      EISDIR: `${path} is a folder`,
      EACCES: `${path} may not be read by this user`,
    } as const;
    const reason = Object.entries(reasons).find(([name]) => name === code)?.[1] ?? `${path} cannot be read`;
    throw wrong(field, `${reason}: give the path of a PEM file`, cause);
  }
}

function readAs(what: 'certificate' | 'key', text: string, field: string): void {
  try {
    if (what === 'certificate') new X509Certificate(text);
    else createPrivateKey(text);
  } catch (cause) {
    const encrypted = what === 'key' && /ENCRYPTED/.test(text);
    const reason = encrypted
      ? 'the key is locked with a passphrase: store it without one, readable by this user only'
      : `the file holds no ${what} in PEM form (-----BEGIN …)`;
    throw wrong(field, reason, cause);
  }
}

function wrong(field: string, reason: string, cause?: unknown): AppError {
  return new AppError('invalid_input', `${field}: ${reason}`, {
    field,
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The fields of kafkajs' log entries that may be shown: its others hold stack traces and whole requests. */
const SHOWN = ['broker', 'topic', 'partition', 'groupId', 'memberId', 'retryCount', 'retryTime'] as const;

/** kafkajs calls errors what it mends itself; what it cannot mend reaches us as an exception. */
function logThrough(logger: Logger): logCreator {
  return () =>
    ({ namespace, log }) => {
      const fields: Record<string, unknown> = { kafka: namespace };
      for (const name of SHOWN) if (log[name] !== undefined) fields[name] = log[name];
      // What matters of it is told in words of ours, as the state of the connection.
      logger.debug(fields, log.message);
    };
}
