import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeFindings, goTo, openBrowser, openPage } from './support/browser';
import { eventually } from './support/eventually';
import type { HeadlessProcess } from './support/headless-process';
import { type MoodyServer, startMoodyServer } from './support/moody-server';
import { MADRID, startWithTwoProbers } from './support/two-probers';

const { browser, reason } = await openBrowser();
if (reason !== null) process.stderr.write(`skipped: ${reason}\n`);

describe.skipIf(browser === null)('an interface over two probers', () => {
  let data: string;
  let server: MoodyServer;
  let engine: HeadlessProcess;
  let page: Page;
  let faults: string[];

  beforeAll(async () => {
    data = mkdtempSync(join(tmpdir(), 'uptimer-probers-'));
    server = await startMoodyServer();
    engine = await startWithTwoProbers(data, server.url);
    if (browser === null) return;
    ({ page, faults } = await openPage(browser, await engine.address, { bypassCsp: true }));
    await row('Shop').getByText('from madrid', { exact: true }).waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await engine.kill('SIGTERM');
    await server.close();
    rmSync(data, { recursive: true, force: true });
  });

  const row = (name: string) => page.getByRole('row').filter({ hasText: name });
  const hash = () => page.evaluate('window.location.hash');

  it('says of a disputed target that it is down, from whom, and why', async () => {
    await expect.poll(() => row('Shop').getAttribute('data-state')).toBe('down');
    const mark = row('Shop').getByText('from madrid', { exact: true }).locator('..');
    expect(await mark.getAttribute('title')).toMatch(
      /^down from madrid · up from \S+$|^up from \S+ · down from madrid$/,
    );
    await row('Shop').getByText('connection refused').waitFor();
    expect(await row('Mail').getAttribute('data-state')).toBe('up');
    expect(await row('Mail').getByText('from ').count()).toBe(0);
    expect(await axeFindings(page)).toEqual([]);
  });

  it('shows a target that is configured elsewhere as remote, with nothing to edit', async () => {
    await row('depot.example').getByText('remote', { exact: true }).waitFor();
    expect(await row('depot.example').getByRole('button').count()).toBe(0);
    expect(await row('Mail').getByRole('button').count()).toBe(1);
    expect(await page.getByRole('status').filter({ hasText: '3 targets' }).count()).toBe(1);
  });

  it('shows one prober alone by the keyboard, and keeps the choice in the address', async () => {
    const filter = page.getByLabel('Prober');
    expect(await filter.locator('option').allTextContents()).toEqual([
      'All together',
      expect.stringContaining('(this one)'),
      'madrid',
    ]);
    const own = (await filter.locator('option').nth(1).getAttribute('value')) ?? '';
    await filter.selectOption(own);
    await eventually(() => row('Shop').getAttribute('data-state')).toBe('up');
    await eventually(() => page.getByRole('row').filter({ hasText: 'depot.example' }).count()).toBe(0);
    expect(await hash()).toBe(`#/?prober=${own}`);

    await filter.focus();
    await page.keyboard.press('ArrowDown');
    await eventually(hash).toBe(`#/?prober=${MADRID}`);
    await row('depot.example').waitFor();
    await eventually(() => row('Shop').getAttribute('data-state')).toBe('down');
    // Of Madrid's probes of Mail none failed: its uptime is its own.
    await eventually(() => row('Mail').innerText()).toMatch(/1[0-9]{2}\s*ms/);

    await filter.selectOption('');
    await eventually(hash).toBe('#/');
  });

  it('compares them on a page of the target, where a click shows one alone', {
    timeout: 60_000,
  }, async () => {
    await row('Shop').getByRole('link').click();
    const table = page.getByRole('table', { name: 'By prober' });
    await table.getByRole('button', { name: 'madrid' }).waitFor();
    const cells = async (name: string) => await table.getByRole('row').filter({ hasText: name }).innerText();
    // The charts come first, and then as many questions as there are probers.
    const compared = (name: string) => expect.poll(() => cells(name), { timeout: 30_000 });
    await compared('madrid').toMatch(/down.*%/s);
    await compared('this one').toMatch(/up.*100\s*%/s);
    await compared('All together').toMatch(/down.*[0-9]{2}(\.[0-9]+)?\s*%/s);
    expect(await axeFindings(page)).toEqual([]);

    await table.getByRole('button', { name: 'madrid' }).click();
    expect(await hash()).toBe(`#/targets/shop?prober=${MADRID}`);
    await expect
      .poll(() => table.getByRole('button', { name: 'madrid' }).getAttribute('aria-pressed'))
      .toBe('true');
    await page.getByRole('heading', { name: 'Windows' }).scrollIntoViewIfNeeded();
    expect(await page.getByRole('columnheader', { name: 'Prober', exact: true }).count()).toBe(0);

    await table.getByRole('button', { name: 'All together' }).focus();
    await page.keyboard.press('Enter');
    await eventually(hash).toBe('#/targets/shop');
    await page.getByRole('columnheader', { name: 'Prober', exact: true }).waitFor();
  });

  it('has a page for the remote target, without actions', async () => {
    await goTo(page, '#/targets/depot?range=1h');
    await page.getByRole('heading', { level: 1, name: /depot\.example/ }).waitFor();
    await page.getByText('remote', { exact: true }).waitFor();
    await page.getByText('Uptime').first().waitFor();
    expect(await page.getByRole('button', { name: 'Edit' }).count()).toBe(0);
    await eventually(() => page.getByLabel('In this range').innerText()).toMatch(/p50\s*[45][0-9]/);
    expect(await axeFindings(page)).toEqual([]);
    expect(faults).toEqual([]);
  });

  it('speaks Spanish', async () => {
    if (browser === null) return;
    const { page: spanish } = await openPage(browser, await engine.address, { language: 'es' });
    await spanish.getByLabel('Medidor').waitFor();
    await spanish.getByText('remoto', { exact: true }).waitFor();
    await spanish.context().close();
  });
});
