import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeFindings, goTo, openBrowser, openPage } from './support/browser';
import { type HeadlessProcess, startHeadless } from './support/headless-process';

const { browser, reason } = await openBrowser();
if (reason !== null) process.stderr.write(`skipped: ${reason}\n`);

const WORDS = {
  en: {
    overview: 'Overview',
    data: 'Data',
    pipeline: 'Pipeline',
    settings: 'Settings',
    add: 'Add a target',
    change: 'Switch to English',
  },
  es: {
    overview: 'Resumen',
    data: 'Datos',
    pipeline: 'Flujo',
    settings: 'Ajustes',
    add: 'Añadir un objetivo',
    change: 'Cambiar a español',
  },
};

describe.skipIf(browser === null)('every screen', () => {
  let data: string;
  let engine: HeadlessProcess;

  beforeAll(async () => {
    data = mkdtempSync(join(tmpdir(), 'uptimer-screens-'));
    engine = startHeadless(['--data', data, '--port', '0', '--demo']);
    await engine.address;
  });
  afterAll(async () => {
    await browser?.close();
    await engine.kill('SIGTERM');
    rmSync(data, { recursive: true, force: true });
  });

  for (const language of ['en', 'es'] as const) {
    for (const theme of ['light', 'dark'] as const) {
      it(`has nothing that axe minds, and fits its window (${language}, ${theme})`, {
        timeout: 60_000,
      }, async () => {
        if (browser === null) return;
        const { page, faults } = await openPage(browser, await engine.address, {
          language,
          theme,
          bypassCsp: true,
        });
        const words = WORDS[language];
        const link = page.locator('main a[href^="#/targets/"]').first();
        await link.waitFor();
        const change = page.getByRole('button', { name: words.change });
        if (await change.isVisible()) await change.click();
        const target = await link.getAttribute('href');
        const screens: [hash: string, heading: string | null][] = [
          ['#/', words.overview],
          [`${target}`, null],
          ['#/data', words.data],
          ['#/pipeline', words.pipeline],
          ['#/settings', words.settings],
          ['#/?edit=new', words.add],
        ];
        for (const [hash, heading] of screens) {
          await goTo(page, hash);
          if (heading === null) await page.getByRole('complementary').waitFor();
          else await page.getByRole('heading', { name: heading }).waitFor();
          expect(await axeFindings(page), hash).toEqual([]);
          const tooWide = await page.evaluate('document.documentElement.scrollWidth > window.innerWidth');
          expect(tooWide, `${hash} is wider than its window`).toBe(false);
        }
        expect(faults).toEqual([]);
        await page.context().close();
      });
    }
  }
});
