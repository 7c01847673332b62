import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { SettingsPatch } from '../../shared/domain/settings';
import { createSettingsStore } from './settings-store';
import { brokenCopies, readJson, soon, stillClock, testFolder } from './targets-test-kit';

async function settingsIn(folder: string, overrides: SettingsPatch = {}) {
  const settings = createSettingsStore({ path: join(folder, 'settings.json'), clock: stillClock, overrides });
  onTestFinished(() => settings.stop());
  await settings.start();
  return settings;
}

async function store(content?: string, overrides: SettingsPatch = {}) {
  const folder = await testFolder();
  const path = join(folder, 'settings.json');
  if (content !== undefined) await writeFile(path, content);
  return { folder, path, settings: await settingsIn(folder, overrides) };
}

describe('settings', () => {
  it('have defaults, and what is set is there after a restart', async () => {
    const { folder, path, settings } = await store();
    expect(settings.get()).toMatchObject({
      windowMs: 60_000,
      watermarkMs: 60_000,
      flushMs: 10_000,
      language: null,
    });
    await settings.update({ windowMs: 300_000, language: 'es' });
    expect(await readJson(path)).toMatchObject({ version: 1, windowMs: 300_000, language: 'es' });
    await settings.stop();
    expect((await settingsIn(folder)).get()).toMatchObject({ windowMs: 300_000, language: 'es' });
  });

  it('of the command line are in force and saved nowhere, until somebody sets them', async () => {
    const { path, settings } = await store('{"windowMs": 30000}', { windowMs: 10_000, flushMs: 2000 });
    expect(settings.get()).toMatchObject({ windowMs: 10_000, flushMs: 2000 });
    await settings.update({ theme: 'dark' });
    expect(await readJson(path)).toMatchObject({ windowMs: 30_000, flushMs: 10_000, theme: 'dark' });
    await settings.update({ windowMs: 20_000 });
    expect(settings.get()).toMatchObject({ windowMs: 20_000, flushMs: 2000 });
    expect(await readJson(path)).toMatchObject({ windowMs: 20_000 });
  });

  it('of Kafka are merged field by field, and so are those of the command line', async () => {
    const kafka = { brokers: ['a:9092'], topic: 'of-the-line', group: 'of-the-line' };
    const { path, settings } = await store('{"kafka": {"topic": "saved", "clientId": "saved"}}', {
      log: 'kafka',
      kafka,
    });
    expect(settings.get()).toMatchObject({ log: 'kafka', kafka: { ...kafka, clientId: 'saved' } });
    await settings.update({ kafka: { topic: 'set', partitions: 12 } });
    expect(settings.get().kafka).toMatchObject({ ...kafka, topic: 'set', partitions: 12, clientId: 'saved' });
    expect(await readJson(path)).toMatchObject({
      log: 'embedded',
      kafka: { brokers: [], topic: 'set', group: 'uptimer', partitions: 12, clientId: 'saved' },
    });
    await settings.update({ kafka: { tls: { ca: '/ca.pem', cert: null, key: null } } });
    expect(settings.get().kafka).toMatchObject({ topic: 'set', tls: { ca: '/ca.pem' }, sasl: null });
    await settings.update({ kafka: { tls: null } });
    expect(settings.get().kafka.tls).toBeNull();
  });

  it('of Kafka that would leave it without a broker are refused, whoever set what', async () => {
    const { settings } = await store('{}', { log: 'kafka', kafka: { brokers: ['a:9092'] } });
    await expect(settings.update({ kafka: { brokers: [] } })).rejects.toMatchObject({
      field: 'kafka.brokers',
    });
    expect(settings.get().kafka.brokers).toEqual(['a:9092']);
    await settings.update({ log: 'embedded', kafka: { brokers: [] } });
    await expect(settings.update({ log: 'kafka' })).rejects.toMatchObject({
      field: 'kafka.brokers',
      message: expect.stringContaining('at least one broker'),
    });
  });

  it('edited by hand are in force within a second, under those of the command line', async () => {
    const { path, settings } = await store('{}', { flushMs: 2000 });
    let told = 0;
    settings.listen(() => {
      told += 1;
    });
    await writeFile(path, '{"version": 1, "windowMs": 10000, "flushMs": 5000}');
    await soon(() => expect(settings.get()).toMatchObject({ windowMs: 10_000, flushMs: 2000 }));
    expect(told).toBe(1);
  });

  it('refuse what they cannot be, naming the field, and stay as they were', async () => {
    const { settings } = await store();
    await expect(settings.update({ windowMs: 7000 })).rejects.toMatchObject({
      code: 'invalid_input',
      field: 'windowMs',
      message: expect.stringContaining('divide one hour'),
    });
    expect(settings.get().windowMs).toBe(60_000);
  });

  it.each([
    ['no JSON', '{"windowMs": }', 'corrupt', undefined],
    ['a wrong value', '{"windowMs": 7000}', 'invalid_input', 'windowMs'],
    ['an unknown name', '{"windoMs": 60000}', 'invalid_input', undefined],
    ['a newer version', '{"version": 2}', 'too_new', 'version'],
    ['no object', '[]', 'invalid_input', undefined],
    ['a broker without a port', '{"kafka": {"brokers": ["a"]}}', 'invalid_input', 'kafka.brokers.0'],
    ['an unknown name of Kafka', '{"kafka": {"topik": "x"}}', 'invalid_input', 'kafka'],
    ['no partitions', '{"kafka": {"partitions": 0}}', 'invalid_input', 'kafka.partitions'],
    ['half a certificate', '{"kafka": {"tls": {"cert": "/c.pem"}}}', 'invalid_input', 'kafka.tls.key'],
    ['Kafka without brokers', '{"log": "kafka"}', 'invalid_input', 'kafka.brokers'],
    [
      'a password in clear text',
      '{"kafka": {"sasl": {"mechanism": "plain", "username": "me", "password": "hidden"}}}',
      'invalid_input',
      'kafka.sasl.password',
    ],
  ])(
    'broken by %s are kept aside, and the last good ones stay in force',
    async (_what, text, code, field) => {
      const { folder, path, settings } = await store('{"windowMs": 30000}');
      await writeFile(path, text);
      await soon(() => expect(settings.problem()).toMatchObject({ code, field }));
      expect(settings.problem()?.message).not.toContain('hidden');
      expect(settings.get().windowMs).toBe(30_000);
      const [copy = ''] = await brokenCopies(folder);
      expect(await readFile(join(folder, copy), 'utf8')).toBe(text);
      await settings.stop();
      const again = await settingsIn(folder);
      expect(again.get().windowMs).toBe(30_000);
      expect(again.problem()).toMatchObject({ code });
      await again.update({ theme: 'light' });
      expect(again.problem()).toBeNull();
    },
  );
});
