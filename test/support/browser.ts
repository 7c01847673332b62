import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import process from 'node:process';
import { type Browser, chromium, type Page } from 'playwright-core';

const ARGS = ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none'];

export type BrowserOrReason = { browser: Browser; reason: null } | { browser: null; reason: string };

/** A real Chromium: the one inside the dev-dependency on Linux x64, an installed Chrome elsewhere; or why there is none. */
export async function openBrowser(): Promise<BrowserOrReason> {
  try {
    if (process.platform === 'linux' && process.arch === 'x64') {
      const { default: bundled } = await import('@sparticuz/chromium');
      const executablePath = await bundled.executablePath();
      if (existsSync(executablePath)) {
        return { browser: await chromium.launch({ executablePath, args: ARGS }), reason: null };
      }
    }
    return { browser: await chromium.launch({ channel: 'chrome', args: ARGS }), reason: null };
  } catch (error) {
    return {
      browser: null,
      reason: `no Chromium to test the interface with: ${String(error).split('\n')[0]}`,
    };
  }
}

export interface PageOptions {
  theme?: 'light' | 'dark';
  language?: 'en' | 'es';
  width?: number;
  height?: number;
  /** Only for tools that inject a script of their own. */
  bypassCsp?: boolean;
}

/** A page of its own with what went wrong in it. */
export async function openPage(
  browser: Browser,
  address: string,
  options: PageOptions = {},
): Promise<{ page: Page; faults: string[] }> {
  const { theme = 'light', language = 'en', width = 1280, height = 800, bypassCsp = false } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    locale: language,
    timezoneId: 'UTC',
    bypassCSP: bypassCsp,
    acceptDownloads: true,
  });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    // A refused command or a lost engine is reported by the browser itself: that is no fault of the page.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      faults.push(message.text());
    }
  });
  page.setDefaultTimeout(15_000);
  await page.goto(address);
  return { page, faults };
}

/** Goes to another screen of the page, as a link would. */
export async function goTo(page: Page, hash: string): Promise<void> {
  await page.evaluate(`window.location.hash = ${JSON.stringify(hash)}`);
}

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** What axe finds on the page as it stands: one line per rule and element. */
export async function axeFindings(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: axePath });
  const found: unknown = await page.evaluate(`
    axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'best-practice'] }).then((result) =>
      result.violations.flatMap((rule) => rule.nodes.map((node) => rule.id + ': ' + node.html.slice(0, 160))))`);
  return found as string[];
}
