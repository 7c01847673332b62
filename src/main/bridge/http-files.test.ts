import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ask, bearer, serve, talk, temporaryDirectory, token } from './http-test-kit';

describe('files', () => {
  it('serves the built interface, its first page for page addresses, and nothing outside of it', async () => {
    const directory = await temporaryDirectory();
    const site = join(directory, 'site');
    await mkdir(join(site, 'assets'), { recursive: true });
    await writeFile(join(directory, 'secret.txt'), 'secret');
    await writeFile(join(site, 'index.html'), '<!doctype html>first page');
    await writeFile(join(site, 'assets', 'app-1a2b.js'), 'let a;');
    const { port } = await serve({ staticDirectory: site });
    const get = (path: string, accept = '*/*') => ask(port, path, { headers: { ...bearer, accept } });
    const first = await get('/', 'text/html');
    expect([first.status, first.body, first.headers['cache-control']]).toEqual([
      200,
      '<!doctype html>first page',
      'no-store',
    ]);
    expect(first.headers['content-type']).toContain('text/html');
    const script = await get('/assets/app-1a2b.js');
    expect([script.status, script.body]).toEqual([200, 'let a;']);
    expect(script.headers['content-type']).toContain('javascript');
    expect(script.headers['cache-control']).toContain('immutable');
    expect((await get('/targets/a', 'text/html,*/*')).body).toContain('first page');
    expect((await get('/assets/gone.js', 'text/html,*/*')).status).toBe(404);
    expect((await get('/targets/a')).status).toBe(404);
    expect((await get('/api/nothing', 'text/html')).status).toBe(404);
    for (const path of [
      '/../secret.txt',
      '/assets/../../secret.txt',
      '/%2e%2e/secret.txt',
      '/..%2fsecret.txt',
      '/..\\secret.txt',
      '/%2e%2e%5csecret.txt',
      '//secret.txt',
      '/.%00/../secret.txt',
    ]) {
      const answer = await talk(
        port,
        `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`,
      );
      expect(answer).toMatch(/^HTTP\/1\.1 (400|404) /);
      expect(answer).not.toContain('\r\n\r\nsecret');
    }
  });

  it('says truthfully what it offers where there is no interface, in the language asked for', async () => {
    const { port } = await serve({ staticDirectory: null });
    const get = (language: string) => ask(port, '/', { headers: { ...bearer, 'accept-language': language } });
    expect((await get('en-GB,es;q=0.5')).body).toContain('the web interface is not part of this build');
    expect((await get('fr,en;q=0.2,es-CL;q=0.8')).body).toContain('la interfaz web no forma parte');
    expect((await get('de')).headers['content-type']).toContain('text/plain');
  });

  it('sends a finished export as attachment under its name', async () => {
    const directory = await temporaryDirectory();
    const path = join(directory, 'out.parquet');
    const content = 'PAR1'.repeat(50_000);
    await writeFile(path, content);
    const { port } = await serve({
      downloadOf: (id) => {
        if (id === 'gone') return { path: join(directory, 'gone'), filename: 'gone' };
        return id === 'e1' ? { path, filename: 'mañana "1".parquet' } : null;
      },
    });
    const get = (id: string) => ask(port, `/api/exports/${id}`, { headers: bearer });
    const answer = await get('e1');
    expect([answer.status, answer.body === content]).toEqual([200, true]);
    expect(answer.headers['content-disposition']).toBe(
      `attachment; filename="ma_ana _1_.parquet"; filename*=UTF-8''ma%C3%B1ana%20%221%22.parquet`,
    );
    expect((await get('e1/file')).body).toBe(content);
    expect((await get('e2')).status).toBe(404);
    expect(JSON.parse((await get('gone')).body).error.code).toBe('not_found');
    expect((await ask(port, '/api/exports/e1', { method: 'HEAD', headers: bearer })).status).toBe(200);
  });
});
