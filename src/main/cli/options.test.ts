import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../shared/contract/app-error';
import { cliTexts } from './cli-texts';
import { formatDuration, parseDuration } from './duration';
import { nearestOf } from './nearest';
import { optionNames } from './option-table';
import { parseOptions } from './options';

const EN = { LANG: 'en_US.UTF-8' };
const parse = (line: string, env: Record<string, string> = {}) =>
  parseOptions(
    line.split(' ').filter((word) => word !== ''),
    { ...EN, ...env },
  );

function refusal(argv: string | string[], env: Record<string, string> = {}): AppError {
  try {
    parseOptions(typeof argv === 'string' ? argv.split(' ') : argv, { ...EN, ...env });
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error('it was not refused');
}

describe('the command line', () => {
  it('runs with the defaults when nothing is given', () => {
    expect(parse('')).toEqual({
      command: 'run',
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
      language: 'en',
      logLevel: 'warn',
      stages: [],
      ackFd: null,
      sealRows: null,
      yes: false,
      stage: null,
    });
  });

  it('takes every option, with a space or an equals sign', () => {
    const line =
      '--data /d --lake=/l --port 8080 --url http://a/?x=1,2 --url=https://b/ --interval 250ms --window 5m ' +
      '--watermark 30s --flush 2 --terminal --demo --duration 1.5m --lang es --log-level debug --log lake,prober --ack-fd 3';
    expect(parse(line)).toMatchObject({
      data: '/d',
      lake: '/l',
      port: 8080,
      urls: ['http://a/?x=1,2', 'https://b/'],
      intervalMs: 250,
      settings: { windowMs: 300_000, watermarkMs: 30_000, flushMs: 2000, language: 'es' },
      terminal: true,
      demo: true,
      durationMs: 90_000,
      language: 'es',
      logLevel: 'debug',
      stages: ['prober', 'lake'],
      ackFd: 3,
    });
  });

  it('takes Kafka with all that belongs to it', () => {
    const line =
      '--kafka a:9092,[::1]:9093 --role prober --probe-id Office-2 --topic t.v1 --group g --partitions 12 ' +
      '--replication 3 --client-id c';
    expect(parse(line)).toMatchObject({
      role: 'prober',
      probeName: 'office-2',
      settings: {
        log: 'kafka',
        kafka: {
          brokers: ['a:9092', '[::1]:9093'],
          topic: 't.v1',
          group: 'g',
          partitions: 12,
          replication: 3,
          clientId: 'c',
        },
      },
    });
    expect(parse('--topic t').settings).toEqual({ kafka: { topic: 't' } });
    expect(parse('--role aggregator', { API_URL: 'http://a/' }).urls).toEqual([]);
  });

  it('takes the last of an option given twice', () => {
    expect(parse('--port 1 --port 2').port).toBe(2);
  });

  it('knows reset and restart, wherever the options stand', () => {
    expect(parse('reset --data d --yes')).toMatchObject({ command: 'reset', data: 'd', yes: true });
    expect(parse('--terminal reset --data d')).toMatchObject({ command: 'reset' });
    expect(parse('restart --data d log')).toMatchObject({ command: 'restart', stage: 'log', data: 'd' });
  });

  it('shows help and version before it complains of anything else in its place', () => {
    expect(parse('--port 99999 --help').command).toBe('help');
    expect(parse('-h').command).toBe('help');
    expect(parse('--version').command).toBe('version');
  });

  it.each([
    ['https://a/', ['https://a/']],
    ['https://a/ https://b/', ['https://a/', 'https://b/']],
    ['https://a/?q=1,2,https://b/, https://c/', ['https://a/?q=1,2', 'https://b/', 'https://c/']],
    [' ', []],
  ])('takes API_URL "%s" as %j', (text, urls) => {
    expect(parse('', { API_URL: text }).urls).toEqual(urls);
  });

  it('does not double what both --url and API_URL name, and needs neither for a reset', () => {
    expect(parse('--url http://a/', { API_URL: 'http://a/ http://b/' }).urls).toEqual([
      'http://a/',
      'http://b/',
    ]);
    expect(parse('reset', { API_URL: 'nonsense' }).urls).toEqual([]);
  });

  it('speaks the language of --lang, else of the environment', () => {
    expect(parseOptions([], { LANG: 'es_CO.UTF-8' })).toMatchObject({ language: 'es', settings: {} });
    expect(refusal('--prot 1', { LANG: 'es_ES' }).message).toMatch(
      /^--prot: no existe esa opción. ¿Quería decir --port\?/,
    );
    expect(refusal('--prot 1 --lang=en', { LANG: 'es_ES' }).message).toMatch(
      /^--prot: there is no such option/,
    );
  });
});

describe('a wrong option is refused by name, with the reason', () => {
  it.each([
    ['--prot 80', '--prot', /there is no such option\. Did you mean --port\? Allowed: --data DIR, .*--help/],
    ['--treminal', '--treminal', /Did you mean --terminal\?/],
    ['--water 5s', '--water', /Did you mean --watermark\?/],
    ['--kafka a', '--kafka', /^--kafka a: must be HOST:PORT, such as localhost:9092; several/],
    ['--kafka a:9092,,b:9092', '--kafka', /must be HOST:PORT/],
    ['--kafka a:99999', '--kafka', /must be HOST:PORT/],
    ['--kafka kafka://a:9092', '--kafka', /must be HOST:PORT/],
    ['--role both', '--role', /^--role both: must be one of all, prober, aggregator\.$/],
    ['--role aggregator --url http://a/', '--role', /--url has no meaning/],
    ['--role aggregator --demo', '--role', /--demo has no meaning/],
    ['--probe-id a_b', '--probe-id', /letters and digits with single "-" between them/],
    ['--probe-id -a', '--probe-id', /letters and digits/],
    [`--probe-id ${'a'.repeat(41)}`, '--probe-id', /at most 40 characters/],
    ['--topic a/b', '--topic', /^--topic a\/b: must be 1 to 249 letters, digits/],
    ['--group ..', '--group', /neither "\." nor "\.\."/],
    ['--client-id ñ', '--client-id', /must be 1 to 249 letters/],
    ['--partitions 0', '--partitions', /whole number from 1 to 1000/],
    ['--replication 33', '--replication', /whole number from 1 to 32/],
    [
      '--kafka-config /nowhere/k.json',
      '--kafka-config',
      /^--kafka-config \/nowhere\/k\.json: there is no such file\.$/,
    ],
    ['--kafka-config /', '--kafka-config', /cannot be read/],
    ['reset --role prober', '--role', /is no option of "reset"/],
    ['-p 80', '-p', /there is no such option/],
    ['--port', '--port', /a value is missing, as in --port N/],
    ['--data --port 80', '--data', /a value is missing/],
    ['--port 80a', '--port', /--port 80a: must be a whole number from 0 to 65535/],
    ['--port -1', '--port', /whole number/],
    ['--port 65536', '--port', /whole number/],
    ['--terminal=yes', '--terminal', /takes no value/],
    ['--window 7s', '--window', /--window 7s: must divide one hour evenly, such as 10s/],
    ['--window 1s', '--window', /at least 5s/],
    ['--window 2h', '--window', /at most 1h/],
    ['--window 1x', '--window', /such as 250ms, 30s, 5m or 1h; a number alone means seconds/],
    ['--interval 100ms', '--interval', /at least 200ms/],
    ['--watermark 0', '--watermark', /at least 1s/],
    ['--flush 11m', '--flush', /at most 10m/],
    ['--duration 0', '--duration', /at least 1ms/],
    ['--lang fr', '--lang', /must be one of en, es/],
    ['--log-level loud', '--log-level', /must be one of silent, error/],
    ['--log prober,probes', '--log', /one or several of prober, log, windows, lake, ui/],
    ['--ack-fd 0', '--ack-fd', /whole number/],
    ['--url example.org', '--url', /--url example\.org: must be an http:\/\/ or https:\/\/ URL, such as/],
    ['--yes', '--yes', /is no option of "run"/],
    ['reset --url http://a/', '--url', /is no option of "reset"\. Allowed: --data DIR, .*--yes/],
    ['reset now', 'now', /one word too many/],
    ['restart', 'restart', /needs one stage, which is one of prober, log, windows, lake/],
    ['restart ui --data d', 'restart', /needs one stage/],
    ['resett', 'resett', /there is no such command\. Did you mean reset\?/],
    ['https://example.org/', '--url', /an address is given as --url https:\/\/example\.org\//],
  ])('%s', (line, field, message) => {
    const error = refusal(line);
    expect(error).toMatchObject({ code: 'invalid_input', domain: 'user', field });
    expect(error.message).toMatch(message);
  });

  it('an empty folder and an API_URL that is none', () => {
    expect(refusal(['--data', ' '])).toMatchObject({ field: '--data' });
    expect(refusal('--demo', { API_URL: 'example.org' })).toMatchObject({
      field: 'API_URL',
      message: 'API_URL example.org: must be an http:// or https:// URL, such as https://example.org/health.',
    });
  });

  it('without showing what may be a secret', () => {
    for (const line of [
      '--url ftp://ann:hunter2@h/?token=hunter2',
      'https://ann:hunter2@h/?k=hunter2',
      '--ulr=hunter2',
      '--kafka ann:hunter2@h:9092x',
    ]) {
      expect(refusal(line).message).not.toContain('hunter2');
    }
  });
});

describe('help', () => {
  it.each(['en', 'es'] as const)('names every option in %s, within 120 columns', (language) => {
    const { help } = cliTexts[language];
    for (const name of optionNames) expect(help).toContain(`--${name}`);
    expect(Math.max(...help.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
  });
});

describe('a duration', () => {
  it('is read back as it was written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 10 }), (ms) => {
        expect(parseDuration(formatDuration(ms))).toBe(ms);
      }),
    );
    expect([3_600_000, 90_000, 60_000, 250, 1500].map(formatDuration)).toEqual([
      '1h',
      '90s',
      '1m',
      '250ms',
      '1500ms',
    ]);
  });

  it.each(['', 's', '-1s', '1 year', '1e3', '0x10', '1s2', 'Infinity'])('is not "%s"', (text) => {
    expect(parseDuration(text)).toBeNull();
  });
});

describe('the nearest word', () => {
  it('is found through any one slip of the keyboard', () => {
    fc.assert(
      fc.property(fc.constantFrom(...optionNames), fc.nat(), fc.constantFrom('x', ''), (name, at, put) => {
        const place = at % name.length;
        const slip = name.slice(0, place) + put + name.slice(place + 1);
        fc.pre(slip !== '' && !optionNames.some((other) => other !== name && near(other, slip)));
        expect(nearestOf(slip, optionNames)).toBe(name);
      }),
    );
  });

  it('is none for a word that nobody could have meant', () => {
    expect(nearestOf('frobnicate', optionNames)).toBeNull();
  });
});

function near(other: string, slip: string): boolean {
  return nearestOf(slip, [other]) !== null;
}
