import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'uptimer-desktop-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A machine with a display on which Chromium's sandbox does not mind who runs it. */
const DISPLAY = { DISPLAY: ':99', ELECTRON_DISABLE_SANDBOX: '1' };

/** `npm start` with the environment's own word on displays and languages taken out. */
function start(
  args: string[],
  env: Record<string, string>,
  script = 'scripts/start.cjs',
): SpawnSyncReturns<string> {
  const {
    DISPLAY: _display,
    WAYLAND_DISPLAY: _wayland,
    LC_ALL: _all,
    LC_MESSAGES: _messages,
    ...rest
  } = process.env;
  const data = ['--data', join(folder, 'data'), '--port', '0', '--duration', '1s'];
  return spawnSync(process.execPath, [script, 'desktop', ...data, ...args], {
    encoding: 'utf8',
    timeout: 30_000,
    env: { ...rest, API_URL: '', LANG: 'C', ...env },
  });
}

/** A stand-in for Electron's binary that does what the shell lines say. */
function standIn(lines: string): Record<string, string> {
  const path = join(folder, 'electron');
  writeFileSync(path, `#!/bin/sh\n${lines}\n`);
  chmodSync(path, 0o755);
  return { ...DISPLAY, ELECTRON_OVERRIDE_DIST_PATH: folder };
}

/** One line says why there is no window; then the engine runs headless, with its address and the board. */
function expectFallback({ status, stdout, stderr }: SpawnSyncReturns<string>, reason: RegExp): void {
  const lines = stderr.split('\n').filter((line) => reason.test(line));
  expect(lines, stderr).toHaveLength(1);
  expect(stdout).toMatch(/listening on http:\/\/127\.0\.0\.1:\d+/);
  expect(status).toBe(0);
}

describe.skipIf(process.platform !== 'linux')('npm start where no window can be opened', () => {
  it('says that there is no display', () => {
    const run = start([], {});
    expectFallback(run, /^No desktop window: there is no display\. Starting headless instead/);
    expect(run.stdout).toContain('CURRENT STATE');
  });

  it('says it in Spanish to whoever speaks it', () => {
    expectFallback(start(['--lang', 'es'], {}), /^Sin ventana de escritorio: no hay pantalla/);
    expectFallback(start([], { LANG: 'es_ES.UTF-8' }), /^Sin ventana de escritorio: no hay pantalla/);
  });

  it.skipIf(process.getuid?.() !== 0)('says that Electron does not run as root', () => {
    expectFallback(start([], { DISPLAY: ':99' }), /Electron does not run as root/);
  });

  it('says that Electron is not installed', () => {
    // The same scripts in a place without the package.
    const scripts = join(folder, 'app', 'scripts');
    mkdirSync(scripts, { recursive: true });
    for (const name of ['start.cjs', 'desktop.cjs']) {
      writeFileSync(join(scripts, name), readFileSync(join('scripts', name)));
    }
    for (const name of ['src', 'electron.vite.config.ts', 'package.json'])
      writeFileSync(join(folder, 'app', name), '{ "type": "module" }');
    mkdirSync(join(folder, 'app', 'out', 'main'), { recursive: true });
    const entry = join(folder, 'app', 'out', 'main', 'headless.js');
    writeFileSync(entry, "process.stdout.write('listening on http://127.0.0.1:1');\n");
    expectFallback(start([], DISPLAY, join(scripts, 'start.cjs')), /Electron is not installed/);
  });

  it('says that the desktop app could not start, and how', () => {
    expectFallback(start([], standIn('exit 127')), /the desktop app could not start \(exit 127\)/);
    expectFallback(start([], standIn('kill -SEGV $$')), /the desktop app could not start \(SIGSEGV\)/);
  });

  it('says that Electron cannot be had where its binary is missing and cannot be fetched', () => {
    const nowhere = { ELECTRON_MIRROR: 'http://127.0.0.1:9/', electron_config_cache: join(folder, 'cache') };
    const env = { ...DISPLAY, ...nowhere, ELECTRON_OVERRIDE_DIST_PATH: join(folder, 'none') };
    expectFallback(
      start([], env),
      /Electron (cannot be downloaded|has to be downloaded once, which needs Node 22\.12)/,
    );
  });
});

describe.skipIf(process.platform === 'win32')('npm start where a window can be opened', () => {
  it('hands its options over, stays until the app ends, and ends as the app does', () => {
    const told = join(folder, 'told');
    const env = standIn(
      `printf '%s\\n%s\\n%s\\n%s' "$1" "$UPTIMER_ARGS" "$UV_THREADPOOL_SIZE" "\${ELECTRON_RUN_AS_NODE-unset}" > '${told}'\nexit 2`,
    );
    const run = start(['--demo', '--lang', 'en'], { ...env, ELECTRON_RUN_AS_NODE: '1' });
    const { status, stdout, stderr } = run;
    const [root, args, threads, asNode] = readFileSync(told, 'utf8').split('\n');
    expect(root).toBe(process.cwd());
    expect(JSON.parse(args ?? '')).toEqual([
      ...['--data', join(folder, 'data'), '--port', '0', '--duration', '1s'],
      ...['--demo', '--lang', 'en'],
    ]);
    expect(threads).toBe('16');
    expect(asNode).toBe('unset');
    expect({ status, stdout, stderr }).toEqual({ status: 2, stdout: '', stderr: '' });
    expect(existsSync(join(folder, 'data'))).toBe(false);
  });

  it('needs no window for what is answered in the terminal', () => {
    const env = standIn('exit 3');
    const { status, stdout } = start(['--version'], env);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(status).toBe(0);
  });
});
