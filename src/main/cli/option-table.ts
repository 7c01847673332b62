import { STAGES } from '../../shared/contract/health';
import { ROLES } from '../../shared/domain/kafka-settings';
import type { Texts } from '../../shared/texts/en';

export const COMMANDS = ['run', 'reset', 'restart', 'repartition'] as const;
export type CommandWord = (typeof COMMANDS)[number];
export const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const;

export type OptionName = keyof Texts['cli']['options'];

interface OptionShape {
  /** How its value is written; null = it takes none. */
  form: string | null;
  /** The commands it belongs to; `npm start` adds `--terminal` to every one. */
  of: readonly CommandWord[];
}

const run = ['run'] as const;
const kafka = ['run', 'repartition'] as const;

/** Every option of the command line, in the order of the help page. */
export const optionTable: Record<OptionName, OptionShape> = {
  data: { form: 'DIR', of: COMMANDS },
  lake: { form: 'DIR', of: COMMANDS },
  port: { form: 'N', of: run },
  url: { form: 'URL', of: run },
  interval: { form: '1s', of: run },
  window: { form: '60s', of: run },
  watermark: { form: '60s', of: run },
  flush: { form: '10s', of: run },
  kafka: { form: 'HOST:PORT[,…]', of: kafka },
  role: { form: ROLES.join('|'), of: run },
  'probe-id': { form: 'NAME', of: run },
  topic: { form: 'NAME', of: kafka },
  group: { form: 'NAME', of: kafka },
  partitions: { form: 'N', of: kafka },
  replication: { form: 'N', of: run },
  'client-id': { form: 'NAME', of: kafka },
  'kafka-config': { form: 'FILE', of: kafka },
  terminal: { form: null, of: COMMANDS },
  demo: { form: null, of: run },
  duration: { form: '75s', of: run },
  lang: { form: 'es|en', of: COMMANDS },
  'log-level': { form: LOG_LEVELS.join('|'), of: COMMANDS },
  log: { form: STAGES.join(','), of: run },
  'ack-fd': { form: 'N', of: run },
  'seal-rows': { form: 'N', of: run },
  yes: { form: null, of: ['reset', 'repartition'] },
  help: { form: null, of: COMMANDS },
  version: { form: null, of: COMMANDS },
};

export const optionNames = Object.keys(optionTable).filter(isOptionName);

export function isOptionName(name: string): name is OptionName {
  return Object.hasOwn(optionTable, name);
}

/** `--data DIR`: an option with the form of its value. */
export function writtenOut(name: OptionName): string {
  const { form } = optionTable[name];
  return form === null ? `--${name}` : `--${name} ${form}`;
}
