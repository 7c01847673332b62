// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how a secret is named in targets.json
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type TargetInput, targetDraftSchema } from '../../shared/domain/target';
import { createTargetStore } from './target-store';
import { brokenCopies, readJson, stillClock, testFolder, withinASecond } from './targets-test-kit';

const draftOf = (input: TargetInput) => targetDraftSchema.parse(input);
const shop = draftOf({ name: 'Shop', url: 'https://shop.example/health' });
const mail = draftOf({ name: 'Mail', url: 'https://mail.example/' });

async function storeIn(folder: string, runTargets: readonly TargetInput[] = []) {
  const store = createTargetStore({ path: join(folder, 'targets.json'), clock: stillClock, runTargets });
  onTestFinished(() => store.stop());
  await store.start();
  return store;
}

/** A store on a folder of its own, with `targets.json` as given. */
async function store(content?: unknown, runTargets: readonly TargetInput[] = []) {
  const folder = await testFolder();
  const path = join(folder, 'targets.json');
  const edit = (next: unknown): Promise<void> =>
    writeFile(path, typeof next === 'string' ? next : JSON.stringify(next));
  if (content !== undefined) await edit(content);
  return { folder, path, edit, targets: await storeIn(folder, runTargets) };
}

describe('targets edited by commands', () => {
  it('are in force and on disk when the command answers, and there after a restart', async () => {
    const { folder, path, targets } = await store();
    const created = await targets.create(shop);
    expect(targets.list()).toEqual([created]);
    expect(created).toMatchObject({ ...shop, configVersion: 1 });
    expect(created.id).toMatch(/^shop-example-health-[0-9a-f]{6}$/);
    expect(await readJson(path)).toEqual({
      version: 1,
      targets: [{ id: created.id, name: 'Shop', url: 'https://shop.example/health' }],
    });
    await targets.stop();
    expect((await storeIn(folder)).list()).toEqual([created]);
  });

  it('get a higher version with every edit, and disturb no other', async () => {
    const { targets } = await store();
    const first = await targets.create(shop);
    const second = await targets.create(mail);
    const edited = await targets.update(first.id, { ...shop, intervalMs: 5000 });
    expect(edited).toEqual({ ...first, intervalMs: 5000, configVersion: 2 });
    expect(await targets.setPaused(first.id, true)).toMatchObject({ paused: true, configVersion: 3 });
    expect(targets.list()[1]).toBe(second);
  });

  it('stay the same object when an edit changes nothing', async () => {
    const { targets } = await store();
    const created = await targets.create(shop);
    expect(await targets.update(created.id, { ...shop })).toBe(created);
  });

  it('may have the same URL twice only under another name', async () => {
    const { targets } = await store();
    const created = await targets.create(shop);
    await expect(targets.create({ ...shop, url: 'https://SHOP.example/health' })).rejects.toMatchObject({
      code: 'conflict',
      field: 'url',
    });
    const other = await targets.create({ ...shop, name: 'Shop again' });
    expect(other.id).toBe(`${created.id}-2`);
    await expect(targets.update(other.id, shop)).rejects.toMatchObject({ code: 'conflict' });
    await expect(targets.create({ ...shop, method: 'HEAD' })).resolves.toBeDefined();
  });

  it('are cloned under a free name', async () => {
    const { targets } = await store();
    const { id } = await targets.create({ ...shop, headers: { A: 'b' } });
    const names = [(await targets.clone(id)).name, (await targets.clone(id)).name];
    const nameless = await targets.create(draftOf({ url: 'http://host:81/' }));
    expect([...names, (await targets.clone(nameless.id)).name]).toEqual([
      'Shop (2)',
      'Shop (3)',
      'host:81 (2)',
    ]);
    expect(targets.list()[1]).toMatchObject({ headers: { A: 'b' }, configVersion: 1 });
  });

  it('come back after a delete at their place, with their id and no lower version', async () => {
    const { targets } = await store();
    const { id } = await targets.create(shop);
    await targets.create(mail);
    const edited = await targets.update(id, { ...shop, timeoutMs: 500 });
    await targets.delete(id);
    expect(targets.list().map(({ name }) => name)).toEqual(['Mail']);
    const again = await targets.create(shop);
    expect(again.id).not.toBe(id);
    await targets.delete(again.id);
    expect(await targets.undelete(id)).toEqual(edited);
    expect(targets.list().map(({ name }) => name)).toEqual(['Shop', 'Mail']);
    await expect(targets.undelete(id)).rejects.toMatchObject({ code: 'not_found' });
  });

  it.each([
    ['update', (s: Awaited<ReturnType<typeof storeIn>>) => s.update('none', shop)],
    ['clone', (s: Awaited<ReturnType<typeof storeIn>>) => s.clone('none')],
    ['setPaused', (s: Awaited<ReturnType<typeof storeIn>>) => s.setPaused('none', true)],
    ['delete', (s: Awaited<ReturnType<typeof storeIn>>) => s.delete('none')],
    ['undelete', (s: Awaited<ReturnType<typeof storeIn>>) => s.undelete('none')],
  ])('that are not there are an error of %s', async (_name, call) => {
    const { targets } = await store();
    await expect(call(targets)).rejects.toMatchObject({ code: 'not_found', field: 'id' });
  });

  it('arrive all when many commands come at once', async () => {
    const { path, targets } = await store();
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => targets.create(draftOf({ url: `http://host/${index}` }))),
    );
    expect(targets.list()).toHaveLength(20);
    expect(await readJson(path)).toMatchObject({ targets: targets.list().map(({ id }) => ({ id })) });
  });
});

describe('targets edited by hand', () => {
  it('may leave out everything but the URL; the id that is made stays', async () => {
    const { path, targets } = await store({ targets: [{ url: 'https://ann:pw@a.example/x?key=hunter2' }] });
    const [target] = targets.list();
    expect(target).toMatchObject({ intervalMs: 1000, method: 'GET', configVersion: 1 });
    expect(target?.id).toMatch(/^a-example-x-[0-9a-f]{6}$/);
    await withinASecond(async () =>
      expect(await readJson(path)).toEqual({
        version: 1,
        targets: [{ url: 'https://ann:pw@a.example/x?key=hunter2', id: target?.id }],
      }),
    );
  });

  it('take effect within a second, raise the version of what changed and touch nothing else', async () => {
    const { path, edit, targets } = await store({
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
    await withinASecond(() =>
      expect(targets.list()[1]).toMatchObject({ intervalMs: 2000, configVersion: 2 }),
    );
    expect(targets.list()[0]).toBe(a);
    expect(targets.list().map(({ url }) => url)).toEqual(['http://a/', 'http://b/', 'http://d/']);
    // What was written by hand stands as it was written; what was given is added.
    await withinASecond(async () =>
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
    const { edit, targets } = await store({ targets: [{ id: 'a', url: 'http://a/' }] });
    let told = 0;
    const stop = targets.listen(() => {
      told += 1;
    });
    await edit({ version: 1, targets: [{ url: 'http://a/', id: 'a', intervalMs: 1000 }] });
    await sleep(700);
    expect(told).toBe(0);
    await edit({ targets: [{ id: 'a', url: 'http://a/', paused: true }] });
    await withinASecond(() => expect(told).toBe(1));
    stop();
  });

  it('never lower a version, whatever somebody writes, over restarts too', async () => {
    const { folder, edit, targets } = await store({
      targets: [{ id: 'a', url: 'http://a/', configVersion: 7 }],
    });
    expect(targets.list()[0]?.configVersion).toBe(7);
    await edit({ targets: [{ id: 'a', url: 'http://a/', configVersion: 2 }] });
    await edit({ targets: [{ id: 'a', url: 'http://a/2', configVersion: 3 }] });
    await withinASecond(() =>
      expect(targets.list()[0]).toMatchObject({ url: 'http://a/2', configVersion: 8 }),
    );
    await edit({ targets: [] });
    await withinASecond(() => expect(targets.list()).toEqual([]));
    await targets.stop();

    await edit({ targets: [{ id: 'a', url: 'http://a/3' }] });
    const again = await storeIn(folder);
    expect(again.list()[0]?.configVersion).toBe(9);
  });

  it('count as an edit when they were made while nothing ran', async () => {
    const { folder, edit, targets } = await store();
    const { id } = await targets.create(shop);
    await targets.stop();
    await edit({ targets: [{ ...shop, id, retries: 2 }] });
    expect((await storeIn(folder)).list()[0]).toMatchObject({ retries: 2, configVersion: 2 });
  });

  it('and a command at the same time both take effect', async () => {
    const { path, edit, targets } = await store({ targets: [{ id: 'a', url: 'http://a/' }] });
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
      const { folder, path, edit, targets } = await store({ targets: [{ id: 'a', url: 'http://a/' }] });
      const [before] = targets.list();
      await edit(text);
      await withinASecond(() => expect(targets.problem()).toMatchObject({ code, field }));
      expect(targets.problem()?.message).toContain(words);
      expect(targets.list()[0]).toBe(before);
      const [copy = ''] = await brokenCopies(folder);
      expect(copy).toMatch(/^targets\.broken-[0-9TZ.-]+\.json$/);
      expect(await readFile(join(folder, copy), 'utf8')).toBe(text);
      expect(await readFile(path, 'utf8')).toBe(text);
    },
  );

  it('is replaced by the next command, and no problem any more', async () => {
    const { path, edit, targets } = await store({ targets: [{ id: 'a', url: 'http://a/' }] });
    await edit('oh');
    await withinASecond(() => expect(targets.problem()).not.toBeNull());
    await targets.setPaused('a', true);
    expect(targets.problem()).toBeNull();
    expect(await readJson(path)).toMatchObject({ targets: [{ id: 'a', paused: true }] });
  });

  it('at the start leaves in force what was in force at the end', async () => {
    const { folder, edit, targets } = await store();
    const created = await targets.create({ ...shop, headers: { 'X-Key': '${env:KEY}' } });
    await targets.update(created.id, { ...shop, retries: 1 });
    const before = targets.list();
    await targets.stop();
    await edit('{"targets": [');
    const again = await storeIn(folder);
    expect(again.list()).toEqual(before);
    expect(again.problem()).toMatchObject({ code: 'corrupt' });
  });
});

describe('targets of one run', () => {
  const url = 'https://shop.example/health';

  it('stand after the others, are never saved, and have the same id in the next run', async () => {
    const { folder, path, targets } = await store({ targets: [{ id: 'a', url: 'http://a/' }] }, [{ url }]);
    const before = await readFile(path, 'utf8');
    const [, run] = targets.list();
    await targets.create(mail);
    expect(await readFile(path, 'utf8')).not.toContain('shop.example');
    expect(before).not.toContain('shop.example');
    await targets.stop();
    const again = await storeIn(folder, [{ url: 'https://SHOP.example/health' }]);
    expect(again.list()[2]).toMatchObject({ id: run?.id, configVersion: 2 });
  });

  it('are not doubled when the file configures the same request, now or later', async () => {
    const { edit, targets } = await store({ targets: [{ id: 'mine', url }] }, [{ url }, { url: 'http://b' }]);
    expect(targets.list().map(({ id }) => id)).toEqual(['mine', expect.stringMatching(/^b-/)]);
    await edit({
      targets: [
        { id: 'mine', url },
        { id: 'b', url: 'http://b/' },
      ],
    });
    await withinASecond(() => expect(targets.list().map(({ id }) => id)).toEqual(['mine', 'b']));
    await targets.delete('b');
    expect(targets.list().map(({ id }) => id)).toEqual(['mine']);
  });

  it('can be changed, paused, deleted and brought back, for this run', async () => {
    const { path, targets } = await store({ targets: [] }, [{ url, intervalMs: 500 }]);
    const before = await readFile(path, 'utf8');
    const id = targets.list()[0]?.id ?? '';
    expect(await targets.setPaused(id, true)).toMatchObject({
      paused: true,
      configVersion: 2,
      intervalMs: 500,
    });
    await targets.delete(id);
    expect(targets.list()).toEqual([]);
    await targets.undelete(id);
    expect(targets.list()).toMatchObject([{ id, paused: true, configVersion: 2 }]);
    expect(await readFile(path, 'utf8')).toBe(before);
  });

  it('raise the version when the next run gives another interval', async () => {
    const { folder, targets } = await store(undefined, [{ url }]);
    expect(targets.list()[0]?.configVersion).toBe(1);
    await targets.stop();
    expect((await storeIn(folder, [{ url, intervalMs: 250 }])).list()[0]?.configVersion).toBe(2);
  });

  it('that are no URL are refused with the reason', async () => {
    const folder = await testFolder();
    const targets = createTargetStore({
      path: join(folder, 'targets.json'),
      clock: stillClock,
      runTargets: [{ url: 'x' }],
    });
    onTestFinished(() => targets.stop());
    await expect(targets.start()).rejects.toMatchObject({ code: 'invalid_input', field: 'url' });
  });
});
