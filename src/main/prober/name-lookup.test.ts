import type { LookupFunction } from 'node:net';
import { expect, it } from 'vitest';
import { createNameLookup } from './name-lookup';

type Done = Parameters<LookupFunction>[2];

it('asks for a name anew each time, but never twice while an older look-up of it is stuck', () => {
  const time = { ms: 0 };
  const asked: { host: string; done: Done }[] = [];
  const lookup = createNameLookup(
    () => time.ms,
    (host, _options, done) => asked.push({ host, done }),
  );
  const answers: string[] = [];
  const ask = (who: string, host: string) =>
    lookup(host, {}, (_error, address) => answers.push(`${who} ${address}`));
  ask('one', 'slow.example');
  ask('two', 'slow.example');
  expect(asked).toHaveLength(2);
  time.ms = 1500;
  ask('three', 'slow.example');
  ask('four', 'quick.example');
  expect(asked.map(({ host }) => host)).toEqual(['slow.example', 'slow.example', 'quick.example']);
  asked[0]?.done(null, '1.2.3.4', 4);
  expect(answers).toEqual(['one 1.2.3.4', 'three 1.2.3.4']);
  ask('five', 'slow.example');
  expect(asked).toHaveLength(4);
});
