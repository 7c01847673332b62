import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeFindings, goTo, openBrowser, openPage } from './support/browser';
import { eventually } from './support/eventually';
import { type HeadlessProcess, startHeadless } from './support/headless-process';
import { type MoodyServer, startMoodyServer } from './support/moody-server';

const { browser, reason } = await openBrowser();
if (reason !== null) process.stderr.write(`skipped: ${reason}\n`);

/** The names down the list, group lines in brackets, as they stand on screen. */
async function linesOn(page: Page): Promise<string[]> {
  const lines: unknown = await page.evaluate(`
    [...document.querySelectorAll('[role=row]')]
      .filter((row) => row.querySelector('[role=columnheader]') === null)
      .sort((a, b) => a.ariaRowIndex - b.ariaRowIndex)
      .map((row) => {
        const group = row.querySelector('[role=rowheader]');
        return group === null ? row.querySelector('a').textContent : '[' + group.textContent + ']';
      })`);
  return lines as string[];
}

describe.skipIf(browser === null)('the list of targets', () => {
  let data: string;
  let engine: HeadlessProcess;
  let servers: MoodyServer[];
  let page: Page;
  let faults: string[];

  beforeAll(async () => {
    data = mkdtempSync(join(tmpdir(), 'uptimer-list-'));
    servers = await Promise.all([startMoodyServer(), startMoodyServer(), startMoodyServer()]);
    const moods = ['well', 'slow', 'failing'] as const;
    const tags = [['shop'], ['shop', 'mail'], []];
    const targets = ['Alpha', 'Bravo', 'Charlie'].map((name, at) => {
      const server = servers[at] as MoodyServer;
      server.mood = moods[at] ?? 'well';
      return { name, url: server.url, tags: tags[at] };
    });
    writeFileSync(join(data, 'targets.json'), JSON.stringify({ version: 1, targets }));
    engine = startHeadless(['--data', data, '--port', '0', '--flush', '1s']);
    if (browser === null) return;
    ({ page, faults } = await openPage(browser, await engine.address, { bypassCsp: true }));
    await page.getByText('answered 503').waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await engine.kill('SIGTERM');
    await Promise.all(servers.map((server) => server.close()));
    rmSync(data, { recursive: true, force: true });
  });

  const becomes = (wanted: string[]) => eventually(() => linesOn(page)).toEqual(wanted);

  it('has problems first', async () => {
    await becomes(['Charlie', 'Alpha', 'Bravo']);
  });

  it('is sorted by a column with the keyboard, the other way round with the next press, and then no more', async () => {
    const column = page.getByRole('columnheader', { name: 'Target' });
    await column.getByRole('button').focus();
    await page.keyboard.press('Enter');
    await becomes(['Alpha', 'Bravo', 'Charlie']);
    expect(await column.getAttribute('aria-sort')).toBe('ascending');
    await page.keyboard.press('Enter');
    await becomes(['Charlie', 'Bravo', 'Alpha']);
    expect(await column.getAttribute('aria-sort')).toBe('descending');
    await page.keyboard.press('Enter');
    await becomes(['Charlie', 'Alpha', 'Bravo']);
    expect(await column.getAttribute('aria-sort')).toBe(null);
  });

  it('is in groups, the worst first, a target with two tags in both', async () => {
    await page.getByLabel('Group by').selectOption('tag');
    await becomes(['[without a tag]', 'Charlie', '[mail]', 'Bravo', '[shop]', 'Alpha', 'Bravo']);
    expect(await axeFindings(page)).toEqual([]);
  });

  it('stands in the address as it is sorted, grouped and filtered, and comes back so after a reload', async () => {
    await page.getByRole('columnheader', { name: 'Now' }).getByRole('button').click();
    await page.getByRole('searchbox').fill('a');
    await becomes(['[without a tag]', 'Charlie', '[mail]', 'Bravo', '[shop]', 'Bravo', 'Alpha']);
    await page
      .getByRole('navigation', { name: 'Targets by state' })
      .getByRole('link', { name: 'up' })
      .click();
    const wanted = ['[mail]', 'Bravo', '[shop]', 'Bravo', 'Alpha'];
    await becomes(wanted);
    expect(page.url()).toContain('sort=now');
    await page.reload();
    await becomes(wanted);
    expect(await page.getByRole('searchbox').inputValue()).toBe('a');
    expect(await page.getByLabel('Group by').inputValue()).toBe('tag');
  });

  it('takes what is no order in the address for none', async () => {
    await goTo(page, '#/?sort=colour&group=size');
    await becomes(['Charlie', 'Alpha', 'Bravo']);
  });

  it('did all this without an error in the page', () => {
    expect(faults).toEqual([]);
  });
});
