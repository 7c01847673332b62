import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createTargetStore } from './target-store';
import {
  draftOf,
  mail,
  newStore,
  readJson,
  shop,
  soon,
  stillClock,
  storeIn,
  testFolder,
} from './targets-test-kit';

describe('targets edited by commands', () => {
  it('are in force and on disk when the command answers, and there after a restart', async () => {
    const { folder, path, targets } = await newStore();
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
    const { targets } = await newStore();
    const first = await targets.create(shop);
    const second = await targets.create(mail);
    const edited = await targets.update(first.id, { ...shop, intervalMs: 5000 });
    expect(edited).toEqual({ ...first, intervalMs: 5000, configVersion: 2 });
    expect(await targets.setPaused(first.id, true)).toMatchObject({ paused: true, configVersion: 3 });
    expect(targets.list()[1]).toBe(second);
  });

  it('are remembered as paused over a restart, also where somebody goes on with them while nothing runs', async () => {
    const { folder, path, targets } = await newStore();
    const paused = await targets.create(shop);
    const active = await targets.create(mail);
    await targets.setPaused(paused.id, true);
    await targets.stop();
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace(/,\s*"paused": true/, ''));
    const again = await storeIn(folder);
    expect(again.list().map((target) => [target.id, target.paused])).toEqual([
      [paused.id, false],
      [active.id, false],
    ]);
    expect([...again.pausedBefore()]).toEqual([paused.id]);
    await again.stop();
    expect([...(await storeIn(folder)).pausedBefore()]).toEqual([]);
  });

  it('stay the same object when an edit changes nothing', async () => {
    const { targets } = await newStore();
    const created = await targets.create(shop);
    expect(await targets.update(created.id, { ...shop })).toBe(created);
  });

  it('may have the same URL twice only under another name', async () => {
    const { targets } = await newStore();
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
    const { targets } = await newStore();
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
    const { targets } = await newStore();
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
    const { targets } = await newStore();
    await expect(call(targets)).rejects.toMatchObject({ code: 'not_found', field: 'id' });
  });

  it('arrive all when many commands come at once', async () => {
    const { path, targets } = await newStore();
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => targets.create(draftOf({ url: `http://host/${index}` }))),
    );
    expect(targets.list()).toHaveLength(20);
    expect(await readJson(path)).toMatchObject({ targets: targets.list().map(({ id }) => ({ id })) });
  });
});

describe('targets of one run', () => {
  const url = 'https://shop.example/health';

  it('stand after the others, are never saved, and have the same id in the next run', async () => {
    const { folder, path, targets } = await newStore({ targets: [{ id: 'a', url: 'http://a/' }] }, [{ url }]);
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
    const { edit, targets } = await newStore({ targets: [{ id: 'mine', url }] }, [
      { url },
      { url: 'http://b' },
    ]);
    expect(targets.list().map(({ id }) => id)).toEqual(['mine', expect.stringMatching(/^b-/)]);
    await edit({
      targets: [
        { id: 'mine', url },
        { id: 'b', url: 'http://b/' },
      ],
    });
    await soon(() => expect(targets.list().map(({ id }) => id)).toEqual(['mine', 'b']));
    await targets.delete('b');
    expect(targets.list().map(({ id }) => id)).toEqual(['mine']);
  });

  it('can be changed, paused, deleted and brought back, for this run', async () => {
    const { path, targets } = await newStore({ targets: [] }, [{ url, intervalMs: 500 }]);
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
    const { folder, targets } = await newStore(undefined, [{ url }]);
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
