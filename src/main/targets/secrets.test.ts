// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how a secret is named in targets.json
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { targetSchema } from '../../shared/domain/target';
import type { ProbeTarget } from '../prober/prober';
import { resolveSecrets, withSecrets } from './secrets';

function target(parts: { url?: string; headers?: Record<string, string>; body?: string }) {
  return targetSchema.parse({ id: 'one', url: 'https://example.org/', ...parts });
}

describe('secrets of a target', () => {
  it('stand in URL, headers and body once resolved', () => {
    const request = resolveSecrets(
      target({
        url: 'https://${env:HOST}/${env:ROOM}',
        headers: { Authorization: 'Bearer ${env:TOKEN}' },
        body: '{"key":"${env:TOKEN}","again":"${env:TOKEN}"}',
      }),
      { HOST: 'example.org', ROOM: 'a/b', TOKEN: 'abc$&' },
    );
    expect(request).toEqual({
      url: 'https://example.org/a/b',
      headers: { Authorization: 'Bearer abc$&' },
      body: '{"key":"abc$&","again":"abc$&"}',
    });
  });

  it.each([
    [{ url: 'https://example.org/?key=${env:NOT_SET}' }],
    [{ headers: { 'X-Key': '${env:NOT_SET}' } }],
    [{ body: '${env:NOT_SET}' }],
  ])('are named when their variable is not set: %j', (parts) => {
    expect(resolveSecrets(target(parts), {})).toEqual({ missingSecret: 'NOT_SET' });
    expect(resolveSecrets(target(parts), { NOT_SET: '' })).toEqual({ missingSecret: 'NOT_SET' });
  });

  it('are named when they make no URL, or no header', () => {
    expect(resolveSecrets(target({ url: 'https://${env:HOST}/' }), { HOST: 'not a host' })).toEqual({
      missingSecret: 'HOST',
    });
    expect(resolveSecrets(target({ headers: { A: '${env:TOKEN}' } }), { TOKEN: 'two\nlines' })).toEqual({
      missingSecret: 'TOKEN',
    });
  });

  it('may end with the line break of the file they come from', () => {
    const request = resolveSecrets(target({ headers: { A: 'Bearer ${env:TOKEN}' } }), { TOKEN: 'abc\r\n' });
    expect(request).toMatchObject({ headers: { A: 'Bearer abc' } });
  });

  it('reach the server as they are and change nothing else of the URL, whatever they hold', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (raw) => {
        const secret = raw.replace(/[\r\n]+$/, '');
        fc.pre(secret !== '');
        const request = resolveSecrets(
          target({ url: 'https://user:${env:S}@example.org:8443/path?a=1&key=${env:S}&b=2' }),
          { S: secret },
        );
        const url = new URL('url' in request ? request.url : 'none');
        expect(url.host).toBe('example.org:8443');
        expect(url.pathname).toBe('/path');
        expect(decodeURIComponent(url.password)).toBe(secret);
        expect(Object.fromEntries(url.searchParams)).toEqual({ a: '1', key: secret, b: '2' });
      }),
    );
  });

  it('make a target as the prober takes it, whose display URL holds none of them', () => {
    const configured = target({ url: 'https://ann:pw@example.org/?token=abc&q=${env:S}' });
    const probed: ProbeTarget = withSecrets(configured, { S: 'hunter2' });
    expect(probed.target).toBe(configured);
    expect(probed.request).toMatchObject({ url: 'https://ann:pw@example.org/?token=abc&q=hunter2' });
    expect(probed.displayUrl).toBe('https://example.org/?token=***&q=***');
  });
});
