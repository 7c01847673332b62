import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'uptimer-kafka-options-'));
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

const run = (...args: string[]) =>
  spawnSync(process.execPath, ['out/main/headless.js', '--data', data, '--port', '0', ...args], {
    encoding: 'utf8',
    timeout: 20_000,
    env: { ...process.env, LANG: 'en_US.UTF-8' },
  });
function fileOf(content: string): string {
  const path = join(data, 'kafka.json');
  writeFileSync(path, content);
  return path;
}

describe('the Kafka options of the headless engine', () => {
  it('are refused with 2 and one sentence each, without a stack and without a secret', () => {
    const file = fileOf('{"sasl": {"mechanism": "plain", "username": "me", "password": "hunter2"}}');
    for (const [args, words] of [
      [['--kafka', 'localhost'], '--kafka localhost: must be HOST:PORT'],
      [['--role', 'both'], '--role both: must be one of all, prober, aggregator'],
      [['--kafka-config', join(data, 'none.json')], 'none.json: there is no such file'],
      [['--kafka-config', file], 'kafka.json: sasl.password: a password never stands in a file'],
      [['--lang', 'es', '--kafka-config', file], 'una contraseña nunca va en un archivo'],
    ] as const) {
      const { status, stderr } = run(...args);
      expect(stderr).toContain(words);
      expect(stderr.trim().split('\n')).toHaveLength(1);
      expect(stderr).not.toContain('hunter2');
      expect(status).toBe(2);
    }
  });

  it.each(['prober', 'aggregator'])('end with 2 for a %s without Kafka, before anything is begun', (role) => {
    const { status, stderr } = run('--role', role);
    expect(stderr).toBe(
      `--role ${role}: needs Kafka: add --kafka HOST:PORT, or choose Kafka in the settings; without it there is only "all".\n`,
    );
    expect(status).toBe(2);
    expect(readdirSync(data)).not.toContain('event-log');
  });

  it('name a new prober, and end with 2 where the log already has another name', () => {
    expect(run('--probe-id', 'Office-2', '--duration', '1s').status).toBe(0);
    expect(run('--probe-id', 'office-2', '--duration', '1s').status).toBe(0);
    const { status, stderr } = run('--probe-id', 'elsewhere', '--duration', '1s');
    expect(stderr).toMatch(
      /^--probe-id elsewhere: the event log in .* is office-2-[0-9a-f]{8} and keeps that name/,
    );
    expect(status).toBe(2);
  });
});
