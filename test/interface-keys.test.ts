import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { axeFindings, openBrowser, openPage } from './support/browser';
import { type HeadlessProcess, startHeadless } from './support/headless-process';
import { type MoodyServer, startMoodyServer } from './support/moody-server';

const { browser, reason } = await openBrowser();
if (reason !== null) process.stderr.write(`skipped: ${reason}\n`);

describe.skipIf(browser === null)('the interface by keyboard', () => {
  let data: string;
  let engine: HeadlessProcess;
  let server: MoodyServer;
  let page: Page;
  let faults: string[];

  beforeAll(async () => {
    data = mkdtempSync(join(tmpdir(), 'uptimer-keys-'));
    server = await startMoodyServer();
    const targets = ['Tienda', 'Correo', 'Área privada'].map((name, index) => ({
      name,
      url: `${server.url}/${index}`,
    }));
    writeFileSync(join(data, 'targets.json'), JSON.stringify({ version: 1, targets }));
    engine = startHeadless(['--data', data, '--port', '0', '--flush', '1s']);
    if (browser === null) return;
    ({ page, faults } = await openPage(browser, await engine.address, { bypassCsp: true }));
    await page.getByRole('row').filter({ hasText: 'Correo' }).waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await engine.kill('SIGTERM');
    await server.close();
    rmSync(data, { recursive: true, force: true });
  });

  /** A test that failed leaves nothing open to the next one. */
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await page.goto(await engine.address);
  });

  /** The whole list stands there before the first letter: waits until what was typed has left one, and that is chosen. */
  async function onlyOption(text: string): Promise<void> {
    await page.locator('[role="option"][data-highlighted]:only-child').filter({ hasText: text }).waitFor();
  }

  const opener = () => page.getByRole('button', { name: 'Find a target or a command' });
  const hasFocus = (locator: Locator) =>
    locator.evaluate((element) => element === element.ownerDocument.activeElement);

  it('shows all its keys for a question mark, and Escape closes them', async () => {
    await page.keyboard.press('?');
    const keys = page.getByRole('dialog', { name: 'Keys' });
    await keys.getByText('Find a target or a command').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await keys.waitFor({ state: 'detached' });
  });

  it('finds a target by a word of its name, accents or not, and goes there', async () => {
    await page.keyboard.press('ControlOrMeta+k');
    const find = page.getByRole('combobox', { name: 'Target or command' });
    await page.keyboard.type('area priv');
    await onlyOption('Área privada');
    expect(await axeFindings(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Área privada' }).waitFor();
    await find.waitFor({ state: 'detached' });
  });

  it('gives the numbers behind a chart as a table and as CSV, and the picture itself', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.waitForTimeout(1500);
    const choose = async (what: string) => {
      await page.getByRole('button', { name: 'Latency: table, CSV, picture' }).click();
      await page.getByRole('menuitem', { name: what }).click();
    };
    await choose('Show as a table');
    const table = page.getByRole('dialog', { name: 'Latency' });
    await table.getByRole('columnheader', { name: 'latency_ms' }).waitFor();
    expect(await table.getByRole('row').count()).toBeGreaterThan(1);
    expect(await axeFindings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await table.waitFor({ state: 'detached' });
    await choose('Copy as CSV');
    await page.getByText('in the clipboard, as CSV').waitFor();
    const csv = await page.evaluate('navigator.clipboard.readText()');
    expect(csv).toMatch(/^time,outcome,latency_ms\r\n\d{4}-\d\d-\d\dT[\d:.]+Z,up,\d+(\.\d+)?\r\n/);
    await choose('Copy as PNG');
    await page.getByText('The picture of the chart is in the clipboard').waitFor();
    const kinds = await page.evaluate(
      'navigator.clipboard.read().then((items) => items.flatMap((item) => item.types))',
    );
    expect(kinds).toContain('image/png');
  });

  it('finds commands in both languages, and says when nothing is called like that', async () => {
    await page.keyboard.press('ControlOrMeta+k');
    await page.keyboard.type('ajustes');
    await onlyOption('Go to the settings');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
    await page.keyboard.press('ControlOrMeta+k');
    await page.keyboard.type('zzz');
    await page.getByText('Nothing is called like that.').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('combobox', { name: 'Target or command' }).waitFor({ state: 'detached' });
  });

  it('loses no letter of who types at once, again and again while it still fades away, on a slow machine', async () => {
    const devtools = await page.context().newCDPSession(page);
    const find = page.getByRole('combobox', { name: 'Target or command' });
    await opener().focus();
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: 6 });
    try {
      for (let round = 0; round < 12; round += 1) {
        await page.keyboard.press('ControlOrMeta+k');
        await page.keyboard.type(`typed ${round}`);
        expect(await find.inputValue()).toBe(`typed ${round}`);
        await page.keyboard.press('Escape');
      }
      await find.waitFor({ state: 'detached' });
    } finally {
      await devtools.send('Emulation.setCPUThrottlingRate', { rate: 1 });
      await devtools.detach();
    }
    expect(await hasFocus(opener())).toBe(true);
  });

  it('gives the focus back to where it was, also when one overlay was opened from the other', async () => {
    const keys = page.getByRole('dialog', { name: 'Keys' });
    const find = page.getByRole('combobox', { name: 'Target or command' });
    await opener().focus();
    await page.keyboard.press('?');
    await keys.waitFor();
    await page.keyboard.press('ControlOrMeta+k');
    await keys.waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await find.waitFor({ state: 'detached' });
    expect(await hasFocus(opener())).toBe(true);
    await page.keyboard.press('ControlOrMeta+k');
    await page.keyboard.type('mostrar todas');
    await onlyOption('Show all keys');
    await page.keyboard.press('Enter');
    await keys.waitFor();
    await find.waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await keys.waitFor({ state: 'detached' });
    expect(await hasFocus(opener())).toBe(true);
  });

  it('goes to every screen, to the search and to a new target with one key', async () => {
    for (const [key, heading] of [
      ['2', 'Data'],
      ['3', 'Pipeline'],
      ['4', 'Settings'],
      ['1', 'Overview'],
    ] as const) {
      await page.keyboard.press(key);
      await page.getByRole('heading', { level: 1, name: heading }).waitFor();
    }
    await page.keyboard.press('/');
    await page.keyboard.type('n?1');
    const search = page.getByRole('searchbox');
    expect(await search.inputValue()).toBe('n?1');
    await page.keyboard.press('Escape');
    await page.evaluate('document.activeElement.blur()');
    await page.keyboard.press('n');
    await page.getByRole('heading', { name: 'Add a target' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'Add a target' }).waitFor({ state: 'detached' });
  });

  it('gives back what was typed into a form that was closed by mistake', async () => {
    await page.keyboard.press('n');
    const url = page.getByRole('dialog').getByLabel('URL', { exact: true });
    await url.fill('http://127.0.0.1:1/typed');
    await page.keyboard.press('Escape');
    await page.getByText('What was typed was not saved.').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    expect(await url.inputValue()).toBe('http://127.0.0.1:1/typed');
    await page.keyboard.press('Escape');
    await url.waitFor({ state: 'detached' });
  });

  it('says that a password in the address would be stored, and offers no secret that is not asked for', async () => {
    await page.keyboard.press('n');
    await page.getByRole('dialog').getByLabel('URL', { exact: true }).fill('https://user:pass@shop.example/');
    await page.getByText('The password would stand in targets.json').waitFor();
    await page.keyboard.press('Escape');
  });

  it('did all this without an error in the page', () => {
    expect(faults).toEqual([]);
  });
});
