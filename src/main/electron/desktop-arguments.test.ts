import { expect, it } from 'vitest';
import { desktopArguments } from './desktop-arguments';

it('takes what npm start hands over, whatever Chromium made of the command line', () => {
  const env = { UPTIMER_ARGS: '["--lang","es","--demo"]' };
  expect(desktopArguments(['electron', '.', '--inspect=0'], env, false)).toEqual(['--lang', 'es', '--demo']);
});

it('takes the command line of the packaged app, and leaves what is Chromium’s to it', () => {
  const argv = [
    'UpTimer',
    '--no-sandbox',
    '--ozone-platform=wayland',
    '--disable-gpu',
    '--password-store=basic',
    '--data',
    '/d',
    '--demo',
  ];
  expect(desktopArguments(argv, {}, true)).toEqual(['--data', '/d', '--demo']);
  expect(desktopArguments(['UpTimer', '--deamo'], {}, true)).toEqual(['--deamo']);
});

it('leaves the path of the app out in development', () => {
  expect(desktopArguments(['electron', '.', '--demo'], {}, false)).toEqual(['--demo']);
});
