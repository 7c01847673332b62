import { describe, expect, it } from 'vitest';
import { displayUrlOf, isSecretName, maskUrlsIn } from './display-url';

const shown = (url: string, maskedQueryNames: string[] = []): string =>
  displayUrlOf({ url, maskedQueryNames });

describe('the display URL', () => {
  it('is the URL itself where there is nothing to hide', () => {
    expect(shown('https://example.org/a/b?page=2&flag&q=a+b%26c')).toBe(
      'https://example.org/a/b?page=2&flag&q=a+b%26c',
    );
  });

  it('has no userinfo and no fragment', () => {
    expect(shown('https://anna:hunter2@example.org:8443/x#token=hunter2')).toBe('https://example.org:8443/x');
  });

  it('masks the values of secret-looking names, however they are written', () => {
    expect(shown('http://h/?api_key=1&apiKey=2&ACCESS-TOKEN=3&X-Amz-Signature=4&%74oken=5&page=6')).toBe(
      'http://h/?api_key=***&apiKey=***&ACCESS-TOKEN=***&X-Amz-Signature=***&%74oken=***&page=6',
    );
  });

  it('takes a semicolon between pairs as well', () => {
    expect(displayUrlOf({ url: 'https://shop.example/?a=1;token=hidden&b=2', maskedQueryNames: [] })).toBe(
      'https://shop.example/?a=1;token=***&b=2',
    );
  });

  it("masks the target's own names without regard to case", () => {
    expect(shown('http://h/?Tenant=7&x=8', ['tenant'])).toBe('http://h/?Tenant=***&x=8');
  });

  it('masks every reference to a variable, wherever it stands', () => {
    expect(
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the references of targets.json look like this
      shown('https://${env:USER}:${env:PW}@${env:HOST}.example/${env:PATH_PART}/x?page=${env:PAGE}'),
    ).toBe('https://***.example/***/x?page=***');
  });

  it('is masked whole when it is no URL', () => {
    expect(shown('token=hunter2')).toBe('***');
  });

  it('survives broken percent signs', () => {
    expect(shown('http://h/?%zz=1&key=%zz')).toBe('http://h/?%zz=1&key=***');
  });
});

describe('URLs in a text', () => {
  it('are masked where they stand, and nothing else is touched', () => {
    expect(maskUrlsIn('moved to http://me:hidden@shop.example/a?token=hidden&page=2 (3 times)')).toBe(
      'moved to http://shop.example/a?token=***&page=2 (3 times)',
    );
    expect(maskUrlsIn('{"url":"https:\\/\\/me:hidden@shop.example\\/","n":1}')).toBe(
      '{"url":"https://shop.example//","n":1}',
    );
    for (const text of ['no URL: at all', 'tcp://shop.example:5432', 'https://shop.example/a']) {
      expect(maskUrlsIn(text)).toBe(text);
    }
  });
});

describe('secret-looking names', () => {
  it.each([
    ...[
      'key',
      'token',
      'secret',
      'password',
      'passwd',
      'pwd',
      'sig',
      'signature',
      'auth',
      'apikey',
      'api_key',
    ],
    ...['access_token', 'code', 'credential', 'session', 'sessionid', 'client-secret', 'subscription-key'],
    ...['X-Api-Key', 'Authorization', 'oauth', 'authToken', 'PHPSESSIONID', 'jwt', 'privatekey'],
  ])('%s is one', (name) => expect(isSecretName(name)).toBe(true));

  it.each([
    'page',
    'author',
    'keyword',
    'design',
    'assignee',
    'postcode',
    'country_code',
    'passage',
    'q',
    '',
  ])('%s is none', (name) => expect(isSecretName(name)).toBe(false));
});
