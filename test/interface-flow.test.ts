import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { goTo, openBrowser, openPage } from './support/browser';
import { type HeadlessProcess, startHeadless } from './support/headless-process';
import { type MoodyServer, startMoodyServer } from './support/moody-server';

const { browser, reason } = await openBrowser();
if (reason !== null) process.stderr.write(`skipped: ${reason}\n`);

/** How long the text stands on the page after the call, ms; it must come within `withinMs`. */
async function msUntil(page: Page, text: string | RegExp, withinMs: number): Promise<number> {
  const began = performance.now();
  await page.getByText(text).first().waitFor({ timeout: withinMs });
  return performance.now() - began;
}

describe.skipIf(browser === null)('the interface, from the first run on', () => {
  let data: string;
  let engine: HeadlessProcess;
  let server: MoodyServer;
  let page: Page;
  let faults: string[];

  beforeAll(async () => {
    data = mkdtempSync(join(tmpdir(), 'uptimer-interface-'));
    server = await startMoodyServer();
    engine = startHeadless(['--data', data, '--port', '0', '--flush', '1s']);
    if (browser !== null) ({ page, faults } = await openPage(browser, await engine.address));
  });

  afterAll(async () => {
    await browser?.close();
    await engine.kill('SIGTERM');
    await server.close();
    rmSync(data, { recursive: true, force: true });
  });

  it('refuses what is no URL with a sentence, and keeps what was typed', async () => {
    const field = page.getByLabel('URL', { exact: true });
    await field.fill('not a url');
    await page.keyboard.press('Enter');
    await page.getByText('Not a complete URL').waitFor();
    expect(await field.inputValue()).toBe('not a url');
  });

  it('shows a URL live within two seconds of adding it, by keyboard alone', async () => {
    await page.getByLabel('URL', { exact: true }).focus();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type(server.url);
    await page.keyboard.press('Enter');
    const row = page.getByRole('row').filter({ hasText: server.url });
    await row.getByText('up', { exact: true }).waitFor({ timeout: 2000 });
    await row.getByText(/\d ms/).first().waitFor({ timeout: 2000 });
    await page.getByText(/live · \d/).waitFor();
  });

  it('refuses the same URL a second time, beside the field', async () => {
    await page.getByRole('button', { name: 'Add target' }).click();
    const dialog = page.locator('[role=dialog]:has(form)');
    await dialog.getByLabel('URL', { exact: true }).fill(server.url);
    await dialog.getByRole('button', { name: 'Add target' }).click();
    await dialog.getByText('already watched').waitFor();
    expect(await dialog.getByLabel('URL', { exact: true }).inputValue()).toBe(server.url);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
  });

  it('edits by keyboard: a threshold for slowness, a name', async () => {
    await page.getByRole('link', { name: server.url }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: server.url }).waitFor();
    await page.getByRole('button', { name: 'Edit', exact: true }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.locator('[role=dialog]:has(form)');
    await dialog.getByLabel('Name', { exact: true }).focus();
    await page.keyboard.type('Moody');
    await dialog.getByLabel('Degraded when slower than').focus();
    await page.keyboard.type('0');
    await dialog.getByText('Between 1 ms and').waitFor();
    await page.keyboard.press('Backspace');
    await page.keyboard.type('150 ms');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'hidden' });
    await page.getByRole('heading', { level: 1, name: 'Moody' }).waitFor();
  });

  it('tests without saving', async () => {
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    const dialog = page.locator('[role=dialog]:has(form)');
    await dialog.getByLabel('Accepted status').fill('404');
    await dialog.getByRole('button', { name: 'Test now' }).click();
    await dialog.getByText('answered 200').waitFor();
    await dialog.getByText('Nothing was saved.').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'hidden' });
  });

  it('says within two seconds that the server turned slow, then why it fails, and that it is well again', async () => {
    server.mood = 'slow';
    await msUntil(page, /^slow: \d+ ms$/, 2000);
    server.mood = 'failing';
    await msUntil(page, 'answered 503', 2000);
    await page.waitForFunction("document.title.startsWith('▲ 1')");
    server.mood = 'well';
    await page.getByText(/^Last failure .* answered 503$/).waitFor({ timeout: 3000 });
    await page.waitForFunction("document.title === 'UpTimer'");
  });

  it('draws the chart, every probe as it comes, and shows one probe with its phases', async () => {
    const chart = page.getByRole('img', { name: /probes in the range, p50/ });
    await chart.waitFor();
    const newest = async () => Number(await chart.getAttribute('data-drawn-us'));
    await expect.poll(async () => Date.now() - (await newest()) / 1000, { timeout: 3000 }).toBeLessThan(2000);
    const before = await newest();
    await expect.poll(newest, { timeout: 3000 }).toBeGreaterThan(before);
    const panel = page.getByRole('complementary', { name: 'Probe' });
    await panel.getByText('HTTP/1.1').waitFor();
    await panel.getByText('First byte').waitFor();
  });

  it('keeps the range in the address, and says so when it is none', async () => {
    const chart = page.getByRole('region', { name: /^Latency chart/ });
    await chart.focus();
    await page.keyboard.press('+');
    await page.waitForFunction("location.hash.includes('from=')");
    await page.keyboard.press('Escape');
    await page.waitForFunction("location.hash.includes('range=5m')");
    const [path] = new URL(page.url()).hash.split('?');
    await goTo(page, `${path}?from=20&to=10`);
    await page.getByText('ends before it starts').waitFor();
    await goTo(page, `${path}?range=1h`);
    await page.getByRole('button', { name: '1 h', pressed: true }).waitFor();
  });

  it('exports Parquet that can be read back', async () => {
    await goTo(page, '#/data');
    await page.getByRole('button', { name: 'Export', exact: true }).click();
    const link = page.getByRole('link', { name: 'Download' });
    await link.waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
    const file = join(data, 'read-back.parquet');
    await download.saveAs(file);
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const reader = await connection.runAndReadAll(
      `SELECT count(*)::INTEGER AS n, count(DISTINCT outcome)::INTEGER AS outcomes FROM read_parquet('${file}')`,
    );
    const [row] = reader.getRowObjectsJS();
    connection.closeSync();
    instance.closeSync();
    expect(row?.n).toBeGreaterThanOrEqual(3);
    expect(row?.outcomes).toBe(3);
  });

  it('refuses a range that ends before it starts, beside the field', async () => {
    await page.getByLabel('Range', { exact: true }).selectOption('own');
    await page.getByLabel('From', { exact: true }).fill('2026-01-02T00:00');
    await page.getByLabel('To', { exact: true }).fill('2026-01-01T00:00');
    await page.getByText('The range ends before it starts.').waitFor();
  });

  it('deletes with undo', async () => {
    await goTo(page, '#/');
    await page.getByRole('button', { name: 'Actions for Moody' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByText('Moody was deleted.').waitFor();
    await page.getByText('Which URL shall be watched?').waitFor();
    const toast = page.getByRole('dialog').filter({ hasText: 'Moody was deleted.' });
    await toast.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('link', { name: 'Moody' }).waitFor();
  });

  it('speaks Spanish as soon as that is chosen, and after a reload', async () => {
    await page.getByRole('button', { name: 'Cambiar a español' }).click();
    await page.getByRole('heading', { level: 1, name: 'Resumen' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Resumen' }).waitFor();
    await page.getByRole('row').getByText('operativo').waitFor();
    await page.getByRole('button', { name: 'Switch to English' }).click();
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  });

  it('says that the engine does not answer, and heals by itself when it does', async () => {
    engine.child.kill('SIGSTOP');
    await page.getByText('The engine does not answer').waitFor({ timeout: 12_000 });
    await page.getByText(/connection lost/).waitFor();
    engine.child.kill('SIGCONT');
    await page.getByText('The engine does not answer').waitFor({ state: 'hidden' });
    await page.getByText(/live · \d/).waitFor();
  });

  it('goes on by itself after the engine was killed and started again', async () => {
    const { port } = new URL(await engine.address);
    await engine.kill('SIGKILL');
    await page.getByText('The engine does not answer').waitFor();
    engine = startHeadless(['--data', data, '--port', port, '--flush', '1s']);
    await engine.address;
    await page.getByText('The engine does not answer').waitFor({ state: 'hidden' });
    await page.getByText(/live · \d/).waitFor();
    await page.getByRole('link', { name: 'Moody' }).waitFor();
  });

  it('did all this without an error in the page', () => {
    expect(faults).toEqual([]);
  });
});

describe('a wrong token', () => {
  it('opens nothing: 403 and not a word about what is there', async () => {
    const data = mkdtempSync(join(tmpdir(), 'uptimer-interface-'));
    const engine = startHeadless(['--data', data, '--port', '0']);
    const { origin } = new URL(await engine.address);
    for (const path of ['/?token=wrong', '/', '/assets/', '/api/health.get']) {
      const answer = await fetch(`${origin}${path}`, { redirect: 'manual' });
      expect([path, answer.status, await answer.text()]).toEqual([path, 403, '']);
    }
    await engine.kill('SIGTERM');
    rmSync(data, { recursive: true, force: true });
  });
});
