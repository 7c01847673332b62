import { z } from 'zod';
import { type RestartableStage, STAGES, type Stage } from '../../shared/contract/health';
import { type KafkaPatch, ROLES, type Role } from '../../shared/domain/kafka-settings';
import { type SettingsPatch, settingsPatchSchema } from '../../shared/domain/settings';
import { targetDraftSchema } from '../../shared/domain/target';
import { LANGUAGES, type Language, languageOfEnvironment, textsOf } from '../../shared/texts/language';
import type { LogLevel } from '../platform/logger';
import { readCommandLine } from './command-line';
import { readKafkaFile } from './kafka-file';
import { LOG_LEVELS, type OptionName } from './option-table';
import { createOptionValues, type OptionValues, wrongOption } from './option-values';

export interface RunOptions {
  command: 'run' | 'reset' | 'restart' | 'repartition' | 'help' | 'version';
  /** null = where this installation keeps its data. */
  data: string | null;
  lake: string | null;
  /** 0 = any free one. */
  port: number;
  urls: string[];
  intervalMs: number;
  /** Only what was given. */
  settings: SettingsPatch;
  role: Role;
  /** The readable half of a new `probe_id`; null = the host's name. */
  probeName: string | null;
  terminal: boolean;
  demo: boolean;
  durationMs: number | null;
  language: Language;
  logLevel: LogLevel;
  stages: Stage[];
  ackFd: number | null;
  sealRows: number | null;
  yes: boolean;
  /** Of `restart`. */
  stage: RestartableStage | null;
}

type Env = Readonly<Record<string, string | undefined>>;

const settingOf = settingsPatchSchema.required().shape;
const runDurationMs = z
  .number()
  .int()
  .min(1)
  .max(366 * 86_400_000);

/**
 * The command line as the product promises it, with `API_URL` of the environment.
 * @throws AppError `invalid_input` whose `field` is the option, and whose message says in the user's language what is allowed
 */
export function parseOptions(argv: readonly string[], env: Env): RunOptions {
  const language = languageAskedFor(argv) ?? languageOfEnvironment(env);
  const texts = textsOf(language);
  const { command, stage, given } = readCommandLine(argv, texts);
  const options: RunOptions = {
    command,
    data: null,
    lake: null,
    port: 0,
    urls: [],
    intervalMs: 1000,
    settings: {},
    role: 'all',
    probeName: null,
    terminal: false,
    demo: false,
    durationMs: null,
    language,
    logLevel: 'warn',
    stages: [],
    ackFd: null,
    sealRows: null,
    yes: false,
    stage,
  };
  const values = createOptionValues(texts);
  const kafka: KafkaPatch = {};
  const readers = createReaders(options, values, kafka);
  for (const { name, value } of given) readers[name](value);
  const file = given.findLast(({ name }) => name === 'kafka-config')?.value;
  useKafka(options, { ...(file === undefined ? {} : readKafkaFile(file, texts)), ...kafka });
  if (command === 'repartition' && !given.some(({ name }) => name === 'partitions')) {
    throw wrongOption('--partitions', texts.cli.valueMissing('--partitions', 'N'));
  }
  const stray = given.find(({ name }) => name === 'url' || name === 'demo');
  if (options.role === 'aggregator' && stray !== undefined) {
    throw wrongOption('--role', texts.cli.roleProbesNothing(`--${stray.name}`));
  }
  const fromEnvironment = command === 'run' && options.role !== 'aggregator' ? urlsIn(env.API_URL ?? '') : [];
  for (const url of fromEnvironment) addUrl(options, values.url('API_URL', url));
  return options;
}

function createReaders(
  options: RunOptions,
  values: OptionValues,
  kafka: KafkaPatch,
): Record<OptionName, (value: string) => void> {
  const { settings } = options;
  const set = (change: Partial<RunOptions>): void => void Object.assign(options, change);
  return {
    data: (value) => set({ data: values.text('--data', value) }),
    lake: (value) => set({ lake: values.text('--lake', value) }),
    port: (value) => set({ port: values.whole('--port', value, 0, 65_535) }),
    url: (value) => addUrl(options, values.url('--url', value)),
    interval: (value) =>
      set({ intervalMs: values.duration('--interval', value, targetDraftSchema.shape.intervalMs) }),
    window: (value) => {
      settings.windowMs = values.duration('--window', value, settingOf.windowMs);
    },
    watermark: (value) => {
      settings.watermarkMs = values.duration('--watermark', value, settingOf.watermarkMs);
    },
    flush: (value) => {
      settings.flushMs = values.duration('--flush', value, settingOf.flushMs);
    },
    kafka: (value) => {
      kafka.brokers = values.brokers('--kafka', value);
    },
    role: (value) => set({ role: values.choice('--role', value, ROLES) }),
    'probe-id': (value) => set({ probeName: values.probeName('--probe-id', value) }),
    topic: (value) => {
      kafka.topic = values.kafkaName('--topic', value);
    },
    group: (value) => {
      kafka.group = values.kafkaName('--group', value);
    },
    partitions: (value) => {
      kafka.partitions = values.whole('--partitions', value, 1, 1000);
    },
    replication: (value) => {
      kafka.replication = values.whole('--replication', value, 1, 32);
    },
    'client-id': (value) => {
      kafka.clientId = values.kafkaName('--client-id', value);
    },
    'kafka-config': (value) => void values.text('--kafka-config', value),
    terminal: () => set({ terminal: true }),
    demo: () => set({ demo: true }),
    duration: (value) => set({ durationMs: values.duration('--duration', value, runDurationMs) }),
    lang: (value) => {
      settings.language = values.choice('--lang', value, LANGUAGES);
    },
    'log-level': (value) => set({ logLevel: values.choice('--log-level', value, LOG_LEVELS) }),
    log: (value) => set({ stages: values.choices('--log', value, STAGES) }),
    'ack-fd': (value) => set({ ackFd: values.whole('--ack-fd', value, 1, 1023) }),
    'seal-rows': (value) => set({ sealRows: values.whole('--seal-rows', value, 1, 10_000_000) }),
    yes: () => set({ yes: true }),
    help: () => undefined,
    version: () => undefined,
  };
}

/** To name brokers, here or in the file, is to ask for Kafka. */
function useKafka({ settings }: RunOptions, kafka: KafkaPatch): void {
  if (Object.keys(kafka).length === 0) return;
  settings.kafka = kafka;
  if ((kafka.brokers ?? []).length > 0) settings.log = 'kafka';
}

/** The language of `--lang`, before anything else is read: errors are told in it. */
function languageAskedFor(argv: readonly string[]): Language | undefined {
  const at = argv.findLastIndex((word) => word === '--lang' || word.startsWith('--lang='));
  const value = argv[at]?.includes('=') ? argv[at].slice('--lang='.length) : argv[at + 1];
  return at < 0 ? undefined : LANGUAGES.find((language) => language === value);
}

/** One or several, separated by spaces or commas; a comma inside a URL stays in it. */
function urlsIn(text: string): string[] {
  return text
    .split(/\s+|,+(?=\s*https?:\/\/)/)
    .map((url) => url.replace(/^,+|,+$/g, ''))
    .filter((url) => url !== '');
}

function addUrl(options: RunOptions, url: string): void {
  if (!options.urls.includes(url)) options.urls.push(url);
}
