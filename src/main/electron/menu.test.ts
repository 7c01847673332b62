import type { MenuItemConstructorOptions } from 'electron';
import { expect, it } from 'vitest';
import { textsOf } from '../../shared/texts/language';
import { menuTemplate } from './menu';

const itemsOf = (menu: MenuItemConstructorOptions[]): MenuItemConstructorOptions[] =>
  menu.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? itemsOf(item.submenu) : [])]);

it.each(['linux', 'win32', 'darwin'] as const)('has words of ours for every item on %s', (platform) => {
  for (const item of itemsOf(menuTemplate(textsOf('es').desktop, platform))) {
    if (item.type !== 'separator') expect(item.label, item.role).toMatch(/\S/);
  }
});

it('keeps the keys of a text field and of the zoom, and the app menu of macOS', () => {
  const roles = (platform: NodeJS.Platform) =>
    itemsOf(menuTemplate(textsOf('en').desktop, platform)).map(({ role }) => role);
  for (const platform of ['linux', 'win32', 'darwin'] as const) {
    expect(roles(platform)).toEqual(expect.arrayContaining(['copy', 'paste', 'zoomIn', 'zoomOut', 'quit']));
  }
  expect(roles('darwin')).toEqual(expect.arrayContaining(['about', 'hide']));
  expect(roles('linux')).not.toContain('hide');
});
