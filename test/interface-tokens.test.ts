import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const RENDERER = 'src/renderer';
const sheets = readdirSync(RENDERER, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.css'))
  .map((name) => readFileSync(join(RENDERER, name), 'utf8'))
  .join('\n');

it('has a value for every role that a style names', () => {
  const named = new Set([...sheets.matchAll(/var\((--[a-z0-9-]+)/g)].map(([, name]) => name));
  const valued = new Set([...sheets.matchAll(/^\s*(--[a-z0-9-]+):/gm)].map(([, name]) => name));
  expect(named.size).toBeGreaterThan(20);
  expect([...named].filter((name) => !valued.has(name))).toEqual([]);
});

it('has every colour of the light theme in the dark one', () => {
  const colours = (text: string | undefined) =>
    [...(text ?? '').matchAll(/^\s*(--[a-z0-9-]+):\s*(?:#|rgb)/gm)].map(([, name]) => name).sort();
  const [light, dark] = sheets.split(':root[data-theme="dark"]');
  expect(colours(dark?.split('}')[0])).toEqual(colours(light?.split(':root {').at(-1)));
});
