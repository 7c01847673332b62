import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { APP_URL, appFileOf, isOwnPage } from './app-address';

const folder = join('/', 'opt', 'uptimer', 'renderer');

describe('the address of the desktop window', () => {
  it('is told from every other one', () => {
    expect(isOwnPage(APP_URL)).toBe(true);
    expect(isOwnPage('app://uptimer/targets/shop?range=1h')).toBe(true);
    for (const other of [
      'app://other/',
      'app://uptimer.example/',
      'https://uptimer/',
      'file:///uptimer/',
      'app:uptimer',
      'about:blank',
      'data:text/html,app://uptimer/',
      '',
    ]) {
      expect(isOwnPage(other), other).toBe(false);
    }
  });

  it('serves files of the interface with their types', () => {
    expect(appFileOf(folder, `${APP_URL}assets/index-1.js`)).toEqual({
      path: join(folder, 'assets', 'index-1.js'),
      type: 'text/javascript; charset=utf-8',
    });
    expect(appFileOf(folder, `${APP_URL}assets/inter.woff2`)?.type).toBe('font/woff2');
  });

  it('serves the first page for every address that a page may have', () => {
    for (const path of ['', 'targets/shop', 'data?from=1#x']) {
      expect(appFileOf(folder, APP_URL + path)?.path).toBe(join(folder, 'index.html'));
    }
  });

  it('serves nothing from outside its folder, and nothing that the interface does not have', () => {
    for (const url of [
      `${APP_URL}../secrets.js`,
      `${APP_URL}..%2f..%2fsecrets.js`,
      `${APP_URL}%2e%2e/%2e%2e/secrets.js`,
      `${APP_URL}assets/..%5c..%5c..%5csecrets.js%00.css`,
      `${APP_URL}%E0%A4%A`,
      `${APP_URL}settings.json`,
      'app://other/index.html',
    ]) {
      const file = appFileOf(folder, url);
      if (file !== null) expect(file.path.startsWith(folder), url).toBe(true);
    }
    expect(appFileOf(folder, `${APP_URL}..%2f..%2fsecrets.js`)).toBeNull();
    expect(appFileOf(folder, `${APP_URL}settings.json`)).toBeNull();
    expect(appFileOf(folder, `${APP_URL}%E0%A4%A`)).toBeNull();
  });
});
