import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CountingServer, startCountingServer } from './support/counting-server';

/** Why Electron cannot start here; null where it can. */
function reasonAgainst(): string | null {
  const listed = 'node_modules/electron/path.txt';
  if (!existsSync(listed)) return 'the binary of Electron is not here';
  if (!existsSync(join('node_modules/electron/dist', readFileSync(listed, 'utf8'))))
    return 'the binary of Electron is gone';
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY)
    return 'there is no display';
  return null;
}

const reason = reasonAgainst();
const title = reason === null ? 'the desktop app' : `the desktop app (not tried: ${reason})`;

describe.skipIf(reason !== null)(title, () => {
  let data: string;
  let server: CountingServer;
  let app: ElectronApplication;
  let page: Page;

  beforeAll(async () => {
    data = mkdtempSync(join(tmpdir(), 'uptimer-electron-'));
    server = await startCountingServer();
    app = await _electron.launch({
      // A profile of its own: an UpTimer that is open on this machine would take this one for its second start.
      args: ['.', `--user-data-dir=${join(data, 'profile')}`],
      env: {
        ...process.env,
        UPTIMER_ARGS: JSON.stringify(['--data', data, '--flush', '1s', '--lang', 'en']),
      } as Record<string, string>,
    });
    page = await app.firstWindow();
  });
  afterAll(async () => {
    await app.close();
    await server.close();
    rmSync(data, { recursive: true, force: true });
  });

  it('opens its own page, which has neither Node nor Electron', async () => {
    expect(page.url()).toMatch(/^app:\/\/uptimer\//);
    const seen = await page.evaluate(() => ({
      require: typeof Reflect.get(globalThis, 'require'),
      process: typeof Reflect.get(globalThis, 'process'),
      given: Object.keys(Reflect.get(globalThis, 'uptimer') as object).sort(),
    }));
    expect(seen).toEqual({ require: 'undefined', process: 'undefined', given: ['invoke', 'subscribe'] });
  });

  it('shows a URL live within two seconds of its being added', async () => {
    await page.getByRole('textbox').first().fill(`http://127.0.0.1:${server.port}/ok`);
    await page.keyboard.press('Enter');
    await page.getByText(/live · \d/).waitFor({ timeout: 4000 });
    expect(server.requests()).toBeGreaterThan(0);
  });

  it('is live again after a reload', async () => {
    await page.reload();
    await page.getByText(/live · \d/).waitFor({ timeout: 4000 });
  });

  it('opens no window, goes nowhere and loads nothing remote', async () => {
    const url = `http://127.0.0.1:${server.port}/ok-remote`;
    const before = page.url();
    expect(
      await page.evaluate(
        (to) => (Reflect.get(globalThis, 'open') as (to: string) => unknown)(to) === null,
        url,
      ),
    ).toBe(true);
    expect(
      await page.evaluate(
        (to) =>
          fetch(to).then(
            () => 'loaded',
            () => 'refused',
          ),
        url,
      ),
    ).toBe('refused');
    await page.evaluate(
      (to) => void Object.assign(Reflect.get(globalThis, 'location') as object, { href: to }),
      url,
    );
    await page.waitForTimeout(500);
    expect(page.url()).toBe(before);
    expect(app.windows()).toHaveLength(1);
  });

  it('asks in the system’s own dialog where an export goes', async () => {
    const path = join(data, 'chosen.parquet');
    await app.evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
    }, path);
    const reply = await page.evaluate(() =>
      (
        Reflect.get(globalThis, 'uptimer') as { invoke(name: string, input: unknown): Promise<unknown> }
      ).invoke('export.choosePath', { suggestedName: 'x.parquet' }),
    );
    expect(reply).toEqual({ ok: true, value: { path } });
  });
});
