import { describe, expect, it } from 'vitest';
import { texts } from '../../texts/texts';
import { checkForm, EMPTY_FORM, type Form, fieldOf } from './form';
import { isPublic } from './public-host';

const check = (change: Partial<Form>, language: 'en' | 'es' = 'en') =>
  checkForm({ ...EMPTY_FORM, url: 'http://127.0.0.1:1/', ...change }, false, texts[language]);

describe('the editor', () => {
  it('accepts its own defaults with a URL', () => {
    const { draft, errors } = check({});
    expect(errors).toEqual({});
    expect(draft).toMatchObject({ url: 'http://127.0.0.1:1/', intervalMs: 1000, timeoutMs: 10_000 });
  });

  it('says beside the field what is wrong, in the language of the moment', () => {
    expect(check({ url: 'not a url' }).errors.url).toBe(texts.en.editor.errUrl);
    expect(check({ url: '' }, 'es').errors.url).toBe(texts.es.editor.errUrlEmpty);
    expect(check({ interval: '0' }).errors.interval).toBe('Between 200 ms and 24 h.');
    expect(check({ timeout: 'soon' }).errors.timeout).toBe(texts.en.editor.errDuration);
    expect(check({ status: '99' }).errors.status).toContain('"99"');
    expect(check({ status: '299-200' }).errors.status).toContain('"299-200"');
    expect(check({ status: '' }).errors.status).toBe(texts.en.editor.errStatusEmpty);
    expect(check({ retries: '9' }).errors.retries).toBe(texts.en.editor.errCount(0, 3));
    expect(check({ redirects: 'many' }).errors.redirects).toBe(texts.en.editor.errCount(0, 20));
    for (const change of [{ url: 'x' }, { interval: '0' }, { retries: '9' }])
      expect(check(change).draft).toBeNull();
  });

  it('takes a bare number for what it is meant as, and refuses a threshold that is never reached', () => {
    expect(check({ interval: '5', degraded: '400', retryDelay: '250', timeout: '3' }).draft).toMatchObject({
      intervalMs: 5000,
      timeoutMs: 3000,
      degradedMs: 400,
      retryDelayMs: 250,
    });
    expect(check({ timeout: '2 s', degraded: '2 s' }).errors.degraded).toBe(
      texts.en.editor.errDegradedTimeout('2 s'),
    );
  });

  it('reads headers line by line and refuses what could split them', () => {
    expect(check({ headers: 'Accept: text/html\nX-A: b:c' }).draft?.headers).toEqual({
      Accept: 'text/html',
      'X-A': 'b:c',
    });
    expect(check({ headers: 'Accept: a\nnonsense' }).errors.headers).toBe(texts.en.editor.errHeaderLine(2));
    expect(check({ headers: 'Bad Name: a' }).errors.headers).toBe(texts.en.editor.errHeaderName('Bad Name'));
    expect(check({ headers: 'X: a\rb' }).errors.headers).toBe(texts.en.editor.errHeaderValue('X'));
  });

  it('finds the field that the engine complains about', () => {
    expect(fieldOf('draft.intervalMs')).toBe('interval');
    expect(fieldOf('headers.X-A')).toBe('headers');
    expect(fieldOf(undefined)).toBeUndefined();
  });

  it('tells the open internet from the own network', () => {
    for (const url of ['https://example.org/', 'http://8.8.8.8/', 'http://[2001:db8::1]/']) {
      expect(isPublic(url)).toBe(true);
    }
    for (const url of [
      'http://localhost:1/',
      'http://10.0.0.1/',
      'http://nas/',
      'http://[::1]/',
      'nonsense',
    ]) {
      expect(isPublic(url)).toBe(false);
    }
  });
});
