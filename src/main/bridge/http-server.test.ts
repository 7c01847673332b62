import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CallContext } from '../../shared/contract/commands';
import type { PushMessage, Topic, TopicSource, TopicSources } from '../../shared/contract/pushes';
import { systemClock } from '../platform/clock';
import { MAX_BODY_BYTES } from './command-route';
import { createHttpServer, type HttpServer, type HttpServerOptions } from './http-server';
import { createPushHub } from './push-hub';
import type { Reply } from './router';

const logger = pino({ level: 'silent' });
const token = '0123456789abcdef'.repeat(2);

/** Sources with nothing in them, and a way to tell changes. */
function createQuietSources() {
  const listeners = new Map<Topic, Set<(change: never) => void>>();
  const sourceOf = <T extends Topic>(topic: T): TopicSource<T> => ({
    snapshot: () => [] as never,
    listen: (onChange) => {
      const set = listeners.get(topic) ?? new Set();
      listeners.set(topic, set.add(onChange as (change: never) => void));
      return () => void set.delete(onChange as (change: never) => void);
    },
  });
  const sources = {
    targets: sourceOf('targets'),
    states: sourceOf('states'),
    probes: sourceOf('probes'),
    windows: sourceOf('windows'),
    health: sourceOf('health'),
    exports: sourceOf('exports'),
    settings: sourceOf('settings'),
  } satisfies TopicSources;
  return {
    sources,
    tell: (topic: Topic, change: unknown) => {
      for (const listener of listeners.get(topic) ?? []) listener(change as never);
    },
    listening: () => [...listeners.values()].reduce((sum, set) => sum + set.size, 0),
  };
}

let directory: string;
const servers: HttpServer[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'uptimer-http-'));
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
  await rm(directory, { recursive: true, force: true });
});

async function serve(
  options: Partial<HttpServerOptions> & {
    route?: (name: string, input: unknown, context: CallContext) => Promise<Reply>;
  } = {},
) {
  const quiet = createQuietSources();
  const calls: { name: string; input: unknown }[] = [];
  const hub = createPushHub(quiet.sources, { clock: systemClock, logger });
  const server = createHttpServer({
    router: async (name, input, context) => {
      calls.push({ name, input });
      return options.route === undefined
        ? { ok: true, value: { name } }
        : options.route(name, input, context);
    },
    hub,
    port: 0,
    token,
    logger,
    clock: systemClock,
    downloadOf: () => null,
    ...options,
  });
  servers.push(server);
  const { port, url } = await server.start();
  return { ...quiet, hub, server, port, url, calls };
}

interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  body: string;
}

/** One request over a real socket, with exactly the headers given (and Host of the port unless given). */
function ask(
  port: number,
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        path,
        method: options.method ?? 'GET',
        headers: options.headers ?? {},
        agent: false,
      },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text: string) => {
          body += text;
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        );
        response.on('error', reject);
      },
    );
    sent.on('error', reject);
    sent.end(options.body);
  });
}
const bearer = { authorization: `Bearer ${token}` };
const json = { ...bearer, 'content-type': 'application/json' };

/** Raw bytes in, raw bytes out, until the server closes. */
async function talk(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.setEncoding('utf8').on('data', (chunk) => {
    answer += chunk;
  });
  socket.write(text);
  await once(socket, 'close');
  return answer;
}

/** An open push stream and what came on it. */
async function openStream(port: number, topics: string) {
  const messages: PushMessage[] = [];
  const state = { text: '', ended: false };
  const sent = request({
    host: '127.0.0.1',
    port,
    path: `/api/push?topics=${topics}`,
    headers: bearer,
    agent: false,
  });
  sent.on('error', () => undefined);
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  let rest = '';
  response.setEncoding('utf8').on('data', (chunk: string) => {
    state.text += chunk;
    const events = (rest + chunk).split('\n\n');
    rest = events.pop() ?? '';
    for (const event of events) if (event.startsWith('data: ')) messages.push(JSON.parse(event.slice(6)));
  });
  response.on('close', () => {
    state.ended = true;
  });
  return { messages, state, response, close: () => sent.destroy() };
}

describe('who is let in', () => {
  it('answers 403 with the same empty body to a wrong Host, Origin or token, whatever is asked', async () => {
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

describe('commands over HTTP', () => {
  it('hands the JSON body to the router and sends its reply', async () => {
    const { port, calls } = await serve();
    const answer = await ask(port, '/api/windows.last', {
      method: 'POST',
      headers: json,
      body: '{"limit":3}',
    });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toEqual({ ok: true, value: { name: 'windows.last' } });
    expect(calls).toEqual([{ name: 'windows.last', input: { limit: 3 } }]);
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-store',
      'content-type': 'application/json',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'");
  });

  it('refuses a body that a form could send, one that is not JSON, and one that is too large', async () => {
    const { port, calls } = await serve();
    const post = (headers: Record<string, string>, body: string) =>
      ask(port, '/api/health.get', { method: 'POST', headers: { ...bearer, ...headers }, body });
    const form = await post({ 'content-type': 'text/plain' }, '{}');
    expect([form.status, JSON.parse(form.body).error.field]).toEqual([415, 'content-type']);
    const broken = await post({ 'content-type': 'application/json; charset=utf-8' }, '{"a":');
    expect([broken.status, JSON.parse(broken.body).error.code]).toEqual([400, 'invalid_input']);
    const large = await post({ 'content-type': 'application/json' }, `"${'x'.repeat(MAX_BODY_BYTES)}"`);
    expect([large.status, JSON.parse(large.body).error.code]).toEqual([413, 'invalid_input']);
    const chunked = await ask(port, '/api/health.get', {
      method: 'POST',
      headers: { ...json, 'transfer-encoding': 'chunked' },
      body: `"${'x'.repeat(MAX_BODY_BYTES)}"`,
    });
    expect(chunked.status).toBe(413);
    expect(calls).toEqual([]);
  });

  it('tells the kind of a failure by status and body', async () => {
    const { port } = await serve({
      route: async (name) => ({
        ok: false,
        error: {
          code: name === 'a' ? 'not_found' : 'unavailable',
          domain: 'user',
          retry: 'never',
          message: name,
        },
      }),
    });
    const post = (name: string) => ask(port, `/api/${name}`, { method: 'POST', headers: json, body: '{}' });
    expect((await post('a')).status).toBe(404);
    expect((await post('b')).status).toBe(503);
    const get = await ask(port, '/api/a', { headers: bearer });
    expect([get.status, JSON.parse(get.body).error.code]).toEqual([404, 'not_found']);
  });

  it('aborts the call when its caller disconnects', async () => {
    const signals: AbortSignal[] = [];
    const { port } = await serve({
      route: (_name, _input, { signal }) => {
        signals.push(signal);
        return new Promise((resolve) => {
          signal.addEventListener('abort', () => resolve({ ok: true, value: null }));
        });
      },
    });
    const sent = request({
      host: '127.0.0.1',
      port,
      path: '/api/x',
      method: 'POST',
      headers: json,
      agent: false,
    });
    sent.on('error', () => undefined);
    sent.end('{}');
    await vi.waitFor(() => expect(signals).toHaveLength(1));
    expect(signals[0]?.aborted).toBe(false);
    sent.destroy();
    await vi.waitFor(() => expect(signals[0]?.aborted).toBe(true));
  });

  it('does not abort a call that was answered', async () => {
    const signals: AbortSignal[] = [];
    const { port } = await serve({
      route: async (_name, _input, { signal }) => {
        signals.push(signal);
        return { ok: true, value: null };
      },
    });
    await ask(port, '/api/x', { method: 'POST', headers: json, body: '' });
    expect(signals.map((signal) => signal.aborted)).toEqual([false]);
  });
});

describe('the push stream', () => {
  it('sends a snapshot of every topic and then changes, as events', async () => {
    const { port, tell } = await serve();
    const stream = await openStream(port, 'states,probes');
    expect(stream.response.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    await vi.waitFor(() => expect(stream.messages).toHaveLength(2));
    tell('states', [{ targetId: 'a' }]);
    await vi.waitFor(() => expect(stream.messages).toHaveLength(3));
    expect(stream.messages).toEqual([
      { topic: 'states', kind: 'snapshot', payload: [] },
      { topic: 'probes', kind: 'snapshot', payload: [] },
      { topic: 'states', kind: 'change', payload: [{ targetId: 'a' }] },
    ]);
    stream.close();
  });

  it('sends comments while nothing happens', async () => {
    const { port } = await serve({ heartbeatMs: 20 });
    const stream = await openStream(port, 'states');
    await vi.waitFor(() => expect(stream.state.text).toContain(': ping\n\n'));
    stream.close();
  });

  it('lets go of everything when the subscriber goes away', async () => {
    const { port, hub, listening } = await serve();
    const stream = await openStream(port, 'states,probes');
    expect(hub.subscribers).toBe(1);
    stream.close();
    await vi.waitFor(() => expect(hub.subscribers).toBe(0));
    expect(listening()).toBe(0);
  });

  it.each(['', 'topics=', 'topics=states,nothing', 'topics=__proto__'])(
    'names what is wrong with "?%s"',
    async (query) => {
      const { port } = await serve();
      const answer = await ask(port, `/api/push?${query}`, { headers: bearer });
      expect([answer.status, JSON.parse(answer.body).error.field]).toEqual([400, 'topics']);
    },
  );

  it('keeps what a reader that stopped reading costs bounded, and brings it up to date when it goes on', async () => {
    const { port, tell } = await serve();
    const stream = await openStream(port, 'states');
    await vi.waitFor(() => expect(stream.messages).toHaveLength(1));
    stream.response.pause();
    const url = 'x'.repeat(20_000);
    // 60 MB in all: far more than the sockets' buffers take.
    for (let i = 1; i <= 3000; i += 1) {
      tell('states', [{ targetId: 'a', url, errorsLastMinute: i }]);
      if (i % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    const paused = stream.messages.length;
    stream.response.resume();
    await vi.waitFor(() => {
      const last = stream.messages.at(-1)?.payload as { errorsLastMinute: number }[];
      expect(last[0]?.errorsLastMinute).toBe(3000);
    });
    expect(stream.messages.length - paused).toBeLessThan(1500);
    stream.close();
  });
});

describe('files', () => {
  it('serves the built interface, its first page for page addresses, and nothing outside of it', async () => {
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

describe('starting and stopping', () => {
  it('says which port is taken and how to go on', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    await expect(serve({ port })).rejects.toMatchObject({
      code: 'in_use',
      field: 'port',
      message: expect.stringContaining(`${port}`),
    });
    other.close();
  });

  it('ends open streams, waiting calls and idle connections within a second', async () => {
    const { port, server } = await serve({ route: () => new Promise(() => undefined) });
    const stream = await openStream(port, 'states');
    const hanging = request({
      host: '127.0.0.1',
      port,
      path: '/api/x',
      method: 'POST',
      headers: json,
      agent: false,
    });
    const cut = new Promise((resolve) => hanging.once('error', resolve));
    hanging.end('{}');
    const idle = connect(port, '127.0.0.1');
    await once(idle, 'connect');
    idle.on('error', () => undefined);
    const idleClosed = new Promise((resolve) => idle.once('close', resolve));
    const startedMs = performance.now();
    await Promise.all([server.stop(), server.stop()]);
    expect(performance.now() - startedMs).toBeLessThan(1000);
    await Promise.all([cut, idleClosed, vi.waitFor(() => expect(stream.state.ended).toBe(true))]);
    await server.stop();
  });
});
