import { AppError } from '../../shared/contract/app-error';
import { RESTARTABLE_STAGES, type RestartableStage, STAGES, type Stage } from '../../shared/contract/health';
import { type SettingsPatch, windowMsSchema } from '../../shared/domain/settings';
import { parseHttpUrl } from '../../shared/domain/target';
import type { LogLevel } from '../platform/logger';
import { type CliTexts, cliTexts, languageOf } from './cli-texts';
import { parseDuration } from './duration';
import { nearestOf } from './nearest';

export interface RunOptions {
  command: 'run' | 'reset' | 'restart' | 'help' | 'version';
  /** null = where this installation keeps its data. */
  data: string | null;
  lake: string | null;
  port: number;
  urls: string[];
  intervalMs: number;
  settings: SettingsPatch;
  terminal: boolean;
  demo: boolean;
  durationMs: number | null;
  language: 'en' | 'es';
  logLevel: LogLevel;
  stages: Stage[];
  ackFd: number | null;
  sealRows: number | null;
  yes: boolean;
  stage: RestartableStage | null;
}

const LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const;
const MAX_DURATION_MS = 366 * 86_400_000;

/**
 * The command line as the product promises it, with `API_URL` of the environment.
 * @throws AppError `invalid_input` whose `field` is the option and whose message says what is allowed
 */
export function parseOptions(argv: readonly string[], env: NodeJS.ProcessEnv): RunOptions {
  const at = argv.indexOf('--lang');
  const language = languageOf(at < 0 ? undefined : argv[at + 1], env);
  const texts = cliTexts[language];
  const options: RunOptions = {
    command: 'run',
    data: null,
    lake: null,
    port: 0,
    urls: [],
    intervalMs: 1000,
    settings: { language },
    terminal: false,
    demo: false,
    durationMs: null,
    language,
    logLevel: 'warn',
    stages: [],
    ackFd: null,
    sealRows: null,
    yes: false,
    stage: null,
  };
  const readers = createReaders(options, texts);
  const words = [...argv];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const [name, inline] = splitOption(word);
    const reader = readers[name];
    if (reader === undefined) readCommand(word, words, options, texts, Object.keys(readers));
    else if (reader.length === 0) reader('');
    else {
      const value = inline ?? words.shift();
      if (value === undefined || (inline === undefined && value.startsWith('--'))) {
        throw wrong(name, texts.needsValue(name));
      }
      reader(value);
    }
  }
  for (const url of (env.API_URL ?? '').split(/[\s,]+/)) if (url !== '') readers['--url']?.(url);
  return options;
}

type Reader = (value: string) => void;

function createReaders(options: RunOptions, texts: CliTexts): Record<string, Reader> {
  const duration = (
    name: string,
    value: string,
    fromMs: number,
    toMs: number,
    range: [string, string],
  ): number => {
    const ms = parseDuration(value);
    if (ms === null) throw wrong(name, texts.badDuration(name, value));
    if (ms < fromMs || ms > toMs) throw wrong(name, texts.outOfRange(name, ...range));
    return ms;
  };
  const whole = (name: string, value: string, from: number, to: number): number => {
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
    if (!(number >= from && number <= to))
      throw wrong(name, texts.outOfRange(name, String(from), String(to)));
    return number;
  };
  const choice = <T extends string>(name: string, value: string, allowed: readonly T[]): T => {
    const found = allowed.find((one) => one === value);
    if (found === undefined) throw wrong(name, texts.badChoice(name, value, allowed.join(', ')));
    return found;
  };
  const flag =
    (set: () => void): Reader =>
    () =>
      set();
  const set = options.settings;
  return {
    '--data': (value) => {
      options.data = value;
    },
    '--lake': (value) => {
      options.lake = value;
    },
    '--port': (value) => {
      options.port = whole('--port', value, 0, 65_535);
    },
    '--url': (value) => {
      if (parseHttpUrl(value) === null) throw wrong('--url', texts.badUrl(withoutSecrets(value)));
      if (!options.urls.includes(value)) options.urls.push(value);
    },
    '--interval': (value) => {
      options.intervalMs = duration('--interval', value, 200, 86_400_000, ['200ms', '24h']);
    },
    '--window': (value) => {
      const ms = parseDuration(value);
      if (ms === null) throw wrong('--window', texts.badDuration('--window', value));
      if (!windowMsSchema.safeParse(ms).success) throw wrong('--window', texts.windowDivides);
      set.windowMs = ms;
    },
    '--watermark': (value) => {
      set.watermarkMs = duration('--watermark', value, 1000, 3_600_000, ['1s', '1h']);
    },
    '--flush': (value) => {
      set.flushMs = duration('--flush', value, 1000, 600_000, ['1s', '10m']);
    },
    '--terminal': flag(() => {
      options.terminal = true;
    }),
    '--demo': flag(() => {
      options.demo = true;
    }),
    '--duration': (value) => {
      options.durationMs = duration('--duration', value, 1, MAX_DURATION_MS, ['1ms', '366 d']);
    },
    '--lang': (value) => void choice('--lang', value, ['es', 'en']),
    '--log-level': (value) => {
      options.logLevel = choice('--log-level', value, LEVELS);
    },
    '--log': (value) => {
      options.stages = value.split(',').map((stage) => choice('--log', stage.trim(), STAGES));
    },
    '--ack-fd': (value) => {
      options.ackFd = whole('--ack-fd', value, 1, 1023);
    },
    '--seal-rows': (value) => {
      options.sealRows = whole('--seal-rows', value, 1, 10_000_000);
    },
    '--yes': flag(() => {
      options.yes = true;
    }),
    '--help': flag(() => {
      options.command = 'help';
    }),
    '--version': flag(() => {
      options.command = 'version';
    }),
  };
}

function readCommand(
  word: string,
  rest: string[],
  options: RunOptions,
  texts: CliTexts,
  known: string[],
): void {
  if (word.startsWith('-')) {
    const [name] = splitOption(word);
    throw wrong(name, `${texts.unknownOption(name, nearestOf(name, known))}. ${texts.seeHelp}`);
  }
  if (word === 'reset') {
    options.command = 'reset';
    return;
  }
  if (word !== 'restart') throw wrong(word, `${texts.unknownCommand(word)}. ${texts.seeHelp}`);
  const value = rest.shift() ?? '';
  const stage = RESTARTABLE_STAGES.find((one) => one === value);
  if (stage === undefined) throw wrong('restart', texts.badStage(value, RESTARTABLE_STAGES.join(', ')));
  options.command = 'restart';
  options.stage = stage;
}

/** `--name=value` in two. */
function splitOption(word: string): [string, string | undefined] {
  const at = word.startsWith('--') ? word.indexOf('=') : -1;
  return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
}

/** A wrong URL is shown back to its author, but what stands before an @ or after a ? may be a secret. */
function withoutSecrets(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//').replace(/[?#].*$/, '');
}

function wrong(field: string, message: string): AppError {
  return new AppError('invalid_input', message, { field });
}
