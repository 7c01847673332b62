import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CountingServer, startCountingServer } from './support/counting-server';
import { openLakeCheck } from './support/lake-check';

/** A stand-in for Electron's runtime has this shape on Linux only; elsewhere it would have to be a whole application. */
const canPack = process.platform === 'linux';
const title = canPack
  ? 'the packed app'
  : 'the packed app (not tried: a stand-in runtime is made on Linux only)';

describe.skipIf(!canPack)(title, () => {
  let folder: string;
  let server: CountingServer;
  let resources: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'uptimer-packed-'));
    server = await startCountingServer();
    const runtime = join(folder, 'runtime');
    mkdirSync(runtime);
    writeFileSync(join(runtime, 'electron'), '#!/bin/sh\nexit 0\n');
    chmodSync(join(runtime, 'electron'), 0o755);
    for (const name of ['version', 'LICENSE', 'LICENSES.chromium.html'])
      writeFileSync(join(runtime, name), '');
    const output = join(folder, 'dist');
    const builder = join('node_modules', 'electron-builder', 'cli.js');
    const config = ['--config', 'electron-builder.config.cjs', `-c.directories.output=${output}`];
    execFileSync(process.execPath, [builder, '--dir', ...config], {
      env: { ...process.env, UPTIMER_ELECTRON_DIST: runtime },
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: 150_000,
    });
    resources = join(output, 'linux-unpacked', 'resources');
  }, 180_000);
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('holds entries, interface and modules, and nothing of the workshop', () => {
    const asar = createRequire(import.meta.resolve('electron-builder'))('@electron/asar') as {
      listPackage(path: string, options: object): string[];
    };
    const files = asar.listPackage(join(resources, 'app.asar'), {});
    for (const wanted of [
      '/package.json',
      '/out/main/index.js',
      '/out/main/headless.js',
      '/out/main/prober-worker.js',
      '/out/preload/index.cjs',
      '/out/renderer/index.html',
      '/node_modules/lmdb/package.json',
    ]) {
      expect(files).toContain(wanted);
    }
    const workshop =
      /^\/(src|test|bench|scripts|docs|datalake|node_modules\/(electron|vite|react|typescript|vitest))(\/|$)/;
    expect(files.filter((file) => workshop.test(file))).toEqual([]);
    const main = (JSON.parse(readFileSync('package.json', 'utf8')) as { main: string }).main;
    expect(files).toContain(`/${main}`);
  });

  it('runs headless from what lies beside the archive: probes, keeps, ends cleanly', async () => {
    const data = join(folder, 'data');
    const entry = join(resources, 'app.asar.unpacked', 'out', 'main', 'headless.js');
    const url = `http://127.0.0.1:${server.port}/ok`;
    const options = ['--data', data, '--port', '0', '--interval', '200ms', '--duration', '4s', '--url', url];
    const child = spawn(process.execPath, [entry, ...options], {
      cwd: folder,
      env: { ...process.env, API_URL: '', NODE_PATH: '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    const address = await new Promise<string>((resolve, reject) => {
      const look = setInterval(() => {
        const found = /listening on (http:\S+)/.exec(output)?.[1];
        if (found !== undefined) resolve(found);
        else if (child.exitCode !== null) reject(new Error(output));
        else return;
        clearInterval(look);
      }, 50);
    });
    const page = await fetch(address, { redirect: 'manual' });
    const cookie = page.headers.get('set-cookie')?.split(';')[0] ?? '';
    const first = await fetch(new URL('/', address), { headers: { cookie, accept: 'text/html' } });
    expect(await first.text()).toContain('<div id="root">');
    expect(await new Promise((resolve) => child.once('close', resolve)), output).toBe(0);

    const check = await openLakeCheck(join(data, 'datalake'), 60_000);
    expect(await check.countRaw()).toBeGreaterThan(8);
    expect(server.requests()).toBeGreaterThanOrEqual(await check.rowsWithResponse());
    check.close();
  }, 30_000);

  it('keeps its data in the user’s folder unless told otherwise', () => {
    const entry = join(resources, 'app.asar.unpacked', 'out', 'main', 'headless.js');
    const home = join(folder, 'home');
    mkdirSync(home);
    execFileSync(process.execPath, [entry, '--port', '0', '--duration', '1s'], {
      env: { ...process.env, API_URL: '', XDG_DATA_HOME: home },
      stdio: 'ignore',
      timeout: 20_000,
    });
    expect(existsSync(join(home, 'uptimer', 'datalake', 'lake1_raw'))).toBe(true);
    expect(existsSync(join(resources, 'app.asar.unpacked', 'datalake'))).toBe(false);
  });
});
