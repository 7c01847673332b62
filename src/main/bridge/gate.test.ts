import { describe, expect, it } from 'vitest';
import { createGate } from './gate';

const token = 'a1'.repeat(16);
const gate = createGate(token, 8123);
const ask = (url: string, headers: Record<string, string> = {}, method = 'GET') => {
  const all: Record<string, string> = { host: '127.0.0.1:8123', ...headers };
  const headersDistinct = Object.fromEntries(Object.entries(all).map(([name, value]) => [name, [value]]));
  return gate({ method, url, headers: all, headersDistinct });
};
const bearer = { authorization: `Bearer ${token}` };
const cookie = { cookie: `uptimer-8123=${token}` };

describe('the gate', () => {
  it.each(['127.0.0.1:8123', 'localhost:8123', '[::1]:8123', 'LOCALHOST:8123'])('lets Host %s in', (host) => {
    expect(ask('/api/health.get', { ...bearer, host })).toBe('allowed');
  });

  it.each([
    'evil.example:8123',
    '127.0.0.1',
    '127.0.0.1:8124',
    '127.0.0.1:8123.evil.example',
    'localhost.evil.example:8123',
    '127.0.0.1:8123@evil.example',
    '0.0.0.0:8123',
    '',
  ])('forbids Host "%s" with a right token', (host) => {
    expect(ask('/', { ...bearer, host })).toBe('forbidden');
    expect(ask('/healthz', { host })).toBe('forbidden');
    expect(ask(`/?token=${token}`, { host })).toBe('forbidden');
  });

  it('forbids a second Host', () => {
    const headers = { host: '127.0.0.1:8123', ...bearer };
    const headersDistinct = { host: ['127.0.0.1:8123', 'evil.example'] };
    expect(gate({ method: 'GET', url: '/', headers, headersDistinct })).toBe('forbidden');
  });

  it.each([
    'http://evil.example',
    'null',
    'https://127.0.0.1:8123',
    'http://127.0.0.1:9999',
    'http://localhost:8123',
    '',
  ])('forbids Origin "%s"', (origin) => {
    expect(ask('/', { ...cookie, origin })).toBe('forbidden');
    expect(ask('/healthz', { origin })).toBe('forbidden');
  });

  it('lets the own Origin in', () => {
    expect(ask('/api/health.get', { ...cookie, origin: 'http://127.0.0.1:8123' }, 'POST')).toBe('allowed');
  });

  it.each([
    { authorization: 'Bearer ' },
    { authorization: `Bearer ${token}0` },
    { authorization: `Bearer ${token.slice(1)}` },
    { authorization: `Basic ${token}` },
    { authorization: `Bearer ${token} x` },
    { authorization: 'Bearer wrong', cookie: `uptimer-8123=${token}` },
    { cookie: `uptimer-8124=${token}` },
    { cookie: 'uptimer-8123=' },
    { cookie: `uptimer-8123=${token.toUpperCase()}` },
    {},
  ])('forbids %o', (headers) => {
    for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS', 'DELETE']) {
      expect(ask('/', headers as Record<string, string>, method)).toBe('forbidden');
    }
  });

  it('takes the cookie among others', () => {
    expect(ask('/', { cookie: `theme=dark; uptimer-8123=${token}; x=y` })).toBe('allowed');
  });

  it('signs in only by GET on the first page and with the right token, even beside a right cookie', () => {
    expect(ask(`/?token=${token}`)).toBe('sign_in');
    expect(ask(`/?lang=es&token=${token}`)).toBe('sign_in');
    expect(ask('/?token=wrong', cookie)).toBe('forbidden');
    expect(ask(`/?token=${token}`, {}, 'POST')).toBe('forbidden');
    expect(ask(`/api/health.get?token=${token}`, {}, 'POST')).toBe('forbidden');
    expect(ask(`/index.html?token=${token}`)).toBe('forbidden');
  });

  it('forbids what another page fetches with our cookie, and lets links be followed', () => {
    const foreign = { ...cookie, 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' };
    expect(ask('/api/push?topics=states', foreign)).toBe('forbidden');
    expect(ask('/', { ...cookie, 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'navigate' })).toBe(
      'allowed',
    );
    expect(ask('/', { ...cookie, 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' })).toBe(
      'allowed',
    );
    expect(ask('/', { ...cookie, 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' })).toBe('allowed');
  });

  it('forbids the forms of a request that only proxies get', () => {
    expect(ask('http://127.0.0.1:8123/', bearer)).toBe('forbidden');
    expect(ask('*', bearer, 'OPTIONS')).toBe('forbidden');
  });

  it('knows its Host without the port on the default port', () => {
    const onDefault = createGate(token, 80);
    const headers = { host: '127.0.0.1', ...bearer };
    expect(onDefault({ method: 'GET', url: '/', headers, headersDistinct: { host: ['127.0.0.1'] } })).toBe(
      'allowed',
    );
  });
});
