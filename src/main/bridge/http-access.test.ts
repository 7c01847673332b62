import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ask, bearer, serve, talk, temporaryDirectory, token } from './http-test-kit';

describe('who is let in', () => {
  it('answers 403 with the same empty body to a wrong Host, Origin or token, whatever is asked', async () => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, 'index.html'), 'private');
    await writeFile(join(directory, 'app.js'), 'private');
    const { port, calls } = await serve({ staticDirectory: directory });
    const wrong: Record<string, Record<string, string>> = {
      token: { authorization: 'Bearer nope' },
      'no token': {},
      host: { ...bearer, host: 'evil.example' },
      'rebound name': { ...bearer, host: `evil.example:${port}` },
      origin: { ...bearer, origin: 'http://evil.example' },
      'null origin': { ...bearer, origin: 'null' },
    };
    const asked = [
      ['GET', '/'],
      ['GET', '/app.js'],
      ['GET', '/nowhere'],
      ['HEAD', '/'],
      ['OPTIONS', '/api/health.get'],
      ['POST', '/api/health.get'],
      ['POST', '/api/nothing'],
      ['GET', '/api/push?topics=states'],
      ['GET', '/api/exports/1'],
      ['GET', '/?token=wrong'],
      ['DELETE', '/x'],
    ] as const;
    const seen = new Set<string>();
    for (const [what, headers] of Object.entries(wrong)) {
      for (const [method, path] of asked) {
        const answer = await ask(port, path, {
          method,
          headers: {
            ...headers,
            'content-type': 'application/json',
            'access-control-request-method': 'POST',
          },
        });
        expect(`${what} ${method} ${path} ${answer.status} "${answer.body}"`).toBe(
          `${what} ${method} ${path} 403 ""`,
        );
        const { date: _date, ...rest } = answer.headers;
        seen.add(JSON.stringify(rest));
      }
    }
    expect(seen.size).toBe(1);
    expect([...seen][0]).not.toContain('access-control');
    expect(calls).toEqual([]);
  });

  it('answers 403 without any Host, and to an Expect it does not know', async () => {
    const { port } = await serve();
    const noHost = await talk(
      port,
      `GET / HTTP/1.1\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`,
    );
    expect(noHost).toMatch(/^HTTP\/1\.1 403 /);
    const expecting = await talk(
      port,
      'POST / HTTP/1.1\r\nHost: evil.example\r\nExpect: the-impossible\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
    );
    expect(expecting).toMatch(/^HTTP\/1\.1 403 /);
    const continuing = await talk(
      port,
      'POST /api/state.current HTTP/1.1\r\nHost: evil.example\r\nExpect: 100-continue\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
    );
    expect(continuing).toMatch(/^HTTP\/1\.1 403 /);
  });

  it('listens on the loopback address only', async () => {
    const { url, port } = await serve();
    expect(url).toBe(`http://127.0.0.1:${port}/?token=${token}`);
    const other = connect(port, '127.0.0.2');
    const [error] = await once(other, 'error');
    expect((error as NodeJS.ErrnoException).code).toBe('ECONNREFUSED');
  });

  it('takes the token out of the printed address into a cookie and serves with it', async () => {
    const { port, url } = await serve();
    const signedIn = await ask(port, url.slice(url.indexOf('/?')));
    expect(signedIn.status).toBe(303);
    expect(signedIn.headers.location).toBe('/');
    const [cookie] = signedIn.headers['set-cookie'] ?? [];
    expect(cookie).toBe(`uptimer-${port}=${token}; HttpOnly; SameSite=Strict; Path=/`);
    const page = await ask(port, '/', { headers: { cookie: cookie?.split(';')[0] ?? '' } });
    expect(page.status).toBe(200);
  });

  it('lets the page go on by itself after a link on another site, where a redirect would lose the cookie', async () => {
    const { port } = await serve();
    const answer = await ask(port, `/?token=${token}`, {
      headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
    });
    expect([answer.status, answer.headers.refresh, answer.headers['set-cookie']?.length]).toEqual([
      200,
      '0; url=/',
      1,
    ]);
  });

  it('tells the health check one bit without a token, and only under its own Host', async () => {
    let healthy = true;
    const { port } = await serve({ isHealthy: () => healthy });
    const well = await ask(port, '/healthz');
    expect([well.status, well.body]).toEqual([204, '']);
    healthy = false;
    const ill = await ask(port, '/healthz');
    expect([ill.status, ill.body]).toEqual([503, '']);
    expect((await ask(port, '/healthz', { headers: { host: `evil.example:${port}` } })).status).toBe(403);
    expect((await ask(port, '/healthz', { method: 'POST' })).status).toBe(403);
  });
});
