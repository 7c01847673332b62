import { request } from 'node:http';
import { describe, expect, it, vi } from 'vitest';
import { MAX_BODY_BYTES } from './command-route';
import { ask, bearer, json, serve } from './http-test-kit';

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
