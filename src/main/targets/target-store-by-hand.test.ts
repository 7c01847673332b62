// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how a secret is named in targets.json
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { brokenCopies, newStore, readJson, shop, soon, storeIn } from './targets-test-kit';

describe('targets edited by hand', () => {
  it('may leave out everything but the URL; the id that is made stays', async () => {
    const { path, targets } = await newStore({
      targets: [{ url: 'https://ann:pw@a.example/x?key=hunter2' }],
    });
    const [target] = targets.list();
    expect(target).toMatchObject({ intervalMs: 1000, method: 'GET', configVersion: 1 });
    expect(target?.id).toMatch(/^a-example-x-[0-9a-f]{6}$/);
    await soon(async () =>
      expect(await readJson(path)).toEqual({
        version: 1,
        targets: [{ url: 'https://ann:pw@a.example/x?key=hunter2', id: target?.id }],
      }),
    );
  });

  it('that put a deleted one back themselves are not doubled by bringing it back at the same moment', async () => {
    const { edit, targets } = await newStore({ targets: [{ id: 'a', url: 'http://a/' }] });
    await targets.delete('a');
    await edit({ targets: [{ id: 'a', url: 'http://a/', intervalMs: 2000 }] });
    await expect(targets.undelete('a')).rejects.toMatchObject({ code: 'conflict', field: 'id' });
    expect(targets.list()).toMatchObject([{ id: 'a', intervalMs: 2000 }]);
  });

  it('take effect within a second, raise the version of what changed and touch nothing else', async () => {
    const { path, edit, targets } = await newStore({
      targets: [
        { id: 'a', url: 'http://a/' },
        { id: 'b', url: 'http://b/', timeoutMs: 10_000 },
        { id: 'c', url: 'http://c/' },
      ],
    });
    const [a] = targets.list();
    await edit({
      targets: [
        { id: 'a', url: 'http://a/' },
        { id: 'b', url: 'http://b/', timeoutMs: 10_000, intervalMs: 2000 },
        { url: 'http://d/', name: 'D' },
      ],
    });
    await soon(() => expect(targets.list()[1]).toMatchObject({ intervalMs: 2000, configVersion: 2 }));
    expect(targets.list()[0]).toBe(a);
    expect(targets.list().map(({ url }) => url)).toEqual(['http://a/', 'http://b/', 'http://d/']);
    // What was written by hand stands as it was written; what was given is added.
    await soon(async () =>
      expect(await readJson(path)).toEqual({
        version: 1,
        targets: [
          { id: 'a', url: 'http://a/' },
          { id: 'b', url: 'http://b/', timeoutMs: 10_000, intervalMs: 2000, configVersion: 2 },
          { url: 'http://d/', name: 'D', id: targets.list()[2]?.id },
        ],
      }),
    );
  });

  it('are told once, and not at all when nothing changed', async () => {
    const { edit, targets } = await newStore({ targets: [{ id: 'a', url: 'http://a/' }] });
    let told = 0;
    const stop = targets.listen(() => {
      told += 1;
    });
    await edit({ version: 1, targets: [{ url: 'http://a/', id: 'a', intervalMs: 1000 }] });
    await sleep(700);
    expect(told).toBe(0);
    await edit({ targets: [{ id: 'a', url: 'http://a/', paused: true }] });
    await soon(() => expect(told).toBe(1));
    stop();
  });

  it('never lower a version, whatever somebody writes, over restarts too', async () => {
    const { folder, path, edit, targets } = await newStore({
      targets: [{ id: 'a', url: 'http://a/', configVersion: 7 }],
    });
    expect(targets.list()[0]?.configVersion).toBe(7);
    await edit({ targets: [{ id: 'a', url: 'http://a/', configVersion: 2 }] });
    await edit({ targets: [{ id: 'a', url: 'http://a/2', configVersion: 3 }] });
    await soon(() => expect(targets.list()[0]).toMatchObject({ url: 'http://a/2', configVersion: 8 }));
    await soon(async () => expect(await readJson(path)).toMatchObject({ targets: [{ configVersion: 8 }] }));
    await edit({ targets: [] });
    await soon(() => expect(targets.list()).toEqual([]));
    await targets.stop();

    await edit({ targets: [{ id: 'a', url: 'http://a/3' }] });
    const again = await storeIn(folder);
    expect(again.list()[0]?.configVersion).toBe(9);
  });

  it('count as an edit when they were made while nothing ran', async () => {
    const { folder, edit, targets } = await newStore();
    const { id } = await targets.create(shop);
    await targets.stop();
    await edit({ targets: [{ ...shop, id, retries: 2 }] });
    expect((await storeIn(folder)).list()[0]).toMatchObject({ retries: 2, configVersion: 2 });
  });

  it('and a command at the same time both take effect', async () => {
    const { path, edit, targets } = await newStore({ targets: [{ id: 'a', url: 'http://a/' }] });
    await edit({
      targets: [
        { id: 'a', url: 'http://a/', tags: ['mine'] },
        { id: 'b', url: 'http://b/' },
      ],
    });
    await targets.create(shop);
    expect(targets.list().map(({ url }) => url)).toEqual(['http://a/', 'http://b/', shop.url]);
    expect(await readJson(path)).toMatchObject({ targets: [{ tags: ['mine'] }, {}, { name: 'Shop' }] });
  });
});

describe('a broken targets.json', () => {
  const line = (text: string) =>
    `{\n  "targets": [\n    {\n      "id": "a",\n      "url": "http://a/"${text}\n    }\n  ]\n}`;

  it.each([
    ['no JSON', line(',\n      "tags": ["x" "y"]'), 'corrupt', undefined, 'line 6, column 20'],
    [
      'an invalid value',
      line(',\n      "intervalMs": 5'),
      'invalid_input',
      'targets.0.intervalMs',
      'line 6: ',
    ],
    ['a misspelt name', line(',\n      "intervall": 500'), 'invalid_input', 'targets.0', '"intervall"'],
    [
      'an id twice',
      '{"targets":[{"id":"a","url":"http://a"},\n{"id":"a","url":"http://b"}]}',
      'conflict',
      'targets.1.id',
      'line 2: ',
    ],
    ['no URL', '{"targets":[{"id":"a"}]}', 'invalid_input', 'targets.0.url', 'targets.0.url: is missing'],
    ['a newer version', '{"version":2,"targets":[],"more":1}', 'too_new', 'version', 'newer UpTimer'],
  ])(
    'with %s is named, kept aside, and leaves the last good list in force',
    async (_what, text, code, field, words) => {
      const { folder, path, edit, targets } = await newStore({ targets: [{ id: 'a', url: 'http://a/' }] });
      const [before] = targets.list();
      await edit(text);
      await soon(() => expect(targets.problem()).toMatchObject({ code, field }));
      expect(targets.problem()?.message).toContain(words);
      expect(targets.list()[0]).toBe(before);
      const [copy = ''] = await brokenCopies(folder);
      expect(copy).toMatch(/^targets\.broken-[0-9TZ.-]+\.json$/);
      expect(await readFile(join(folder, copy), 'utf8')).toBe(text);
      expect(await readFile(path, 'utf8')).toBe(text);
    },
  );

  it('is replaced by the next command, and no problem any more', async () => {
    const { path, edit, targets } = await newStore({ targets: [{ id: 'a', url: 'http://a/' }] });
    await edit('oh');
    await soon(() => expect(targets.problem()).not.toBeNull());
    await targets.setPaused('a', true);
    expect(targets.problem()).toBeNull();
    expect(await readJson(path)).toMatchObject({ targets: [{ id: 'a', paused: true }] });
  });

  it('at the start leaves in force what was in force at the end', async () => {
    const { folder, edit, targets } = await newStore();
    const created = await targets.create({ ...shop, headers: { 'X-Key': '${env:KEY}' } });
    await targets.update(created.id, { ...shop, retries: 1 });
    const before = targets.list();
    await targets.stop();
    await edit('{"targets": [');
    const again = await storeIn(folder);
    expect(again.list()).toEqual(before);
    expect(again.problem()).toMatchObject({ code: 'corrupt' });
    await again.stop();
    await storeIn(folder);
    expect(await brokenCopies(folder)).toHaveLength(1);
  });
});
