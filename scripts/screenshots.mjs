// Every screen at two sizes, in both themes and both languages, from a real engine that watches the demo service:
// node scripts/screenshots.mjs [folder]. Needs a built `out/` and a Chromium (see test/support/browser.ts).
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { chromium } from 'playwright-core';

const SIZES = [
  [1280, 800],
  [1920, 1080],
];
/** Long enough for the demo to have shown slowness, failures and gaps, and for two windows to close. */
const WARM_UP_MS = Number(process.env.WARM_UP_MS ?? 150_000);

const folder = process.argv[2] ?? 'out/screenshots';
mkdirSync(folder, { recursive: true });

async function openBrowser() {
  const args = ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none'];
  if (process.platform === 'linux' && process.arch === 'x64') {
    const { default: bundled } = await import('@sparticuz/chromium');
    const executablePath = await bundled.executablePath();
    if (existsSync(executablePath)) return chromium.launch({ executablePath, args });
  }
  return chromium.launch({ channel: 'chrome', args });
}

/** A headless engine on a data folder of its own. */
async function startEngine(data, ...options) {
  const child = spawn(process.execPath, ['out/main/headless.js', '--data', data, '--port', '0', ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, API_URL: '' },
  });
  const address = await new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error('the engine ended before it listened')));
    child.stdout.setEncoding('utf8').on('data', (text) => {
      const found = /listening on (http:\/\/\S+)/.exec(text);
      if (found !== null) resolve(found[1]);
    });
  });
  return { child, address };
}

/** Waits until what is drawn has come: the fonts, and two frames with no more requests on their way. */
async function settle(page) {
  await page.waitForLoadState('networkidle', { timeout: 3000 }).catch(() => undefined);
  await page.evaluate('document.fonts.ready');
  await page.waitForTimeout(1500);
}

async function shoot(browser, address, name, hash, { width, height, theme, language }, act) {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    locale: language,
    timezoneId: 'UTC',
  });
  const page = await context.newPage();
  await page.goto(address);
  await page.locator('main h1').first().waitFor();
  const change = page.getByRole('button', {
    name: language === 'es' ? 'Cambiar a español' : 'Switch to English',
  });
  if (await change.isVisible()) await change.click();
  await page.evaluate(`window.location.hash = ${JSON.stringify(hash)}`);
  await settle(page);
  await act?.(page);
  await page.screenshot({ path: join(folder, `${name}-${width}-${theme}-${language}.png`) });
  await context.close();
}

const data = mkdtempSync(join(tmpdir(), 'uptimer-shots-'));
const emptyData = mkdtempSync(join(tmpdir(), 'uptimer-shots-'));
const browser = await openBrowser();
const engine = await startEngine(data, '--demo', '--window', '10s', '--watermark', '10s');
const empty = await startEngine(emptyData);
try {
  process.stderr.write(`letting the demo run for ${WARM_UP_MS / 1000} s …\n`);
  await new Promise((resolve) => setTimeout(resolve, WARM_UP_MS));
  const page = await browser.newPage();
  await page.goto(engine.address);
  const link = page.locator('main a[href^="#/targets/"]');
  await link.first().waitFor();
  const hrefs = await link.evaluateAll((links) => links.map((one) => one.getAttribute('href')));
  await page.close();
  for (const [width, height] of SIZES) {
    for (const theme of ['light', 'dark']) {
      for (const language of ['en', 'es']) {
        const look = { width, height, theme, language };
        await shoot(browser, empty.address, 'first-run', '#/', look);
        await shoot(browser, engine.address, 'overview', '#/', look);
        await shoot(browser, engine.address, 'target', hrefs[0], look);
        await shoot(browser, engine.address, 'editor', '#/?edit=new', look, async (page) => {
          await page.fill('input[name=url]', 'https://example.org/health');
          await page.fill('input[name=interval]', '0');
        });
        await shoot(browser, engine.address, 'data', '#/data', look);
        await shoot(browser, engine.address, 'pipeline', '#/pipeline', look);
        await shoot(browser, engine.address, 'settings', '#/settings', look);
      }
    }
  }
  process.stdout.write(`${folder}\n`);
} finally {
  await browser.close();
  for (const { child } of [engine, empty]) child.kill('SIGTERM');
  for (const { child } of [engine, empty]) await new Promise((resolve) => child.once('exit', resolve));
  for (const path of [data, emptyData]) rmSync(path, { recursive: true, force: true });
}
