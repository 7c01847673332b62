import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { command, listenToPushes, waitUntil } from './support/engine-client';
import { startHeadless } from './support/headless-process';

const SECRET = 'Zq9-do-not-store-me-7Xw';
const PASSWORD = 'pa55-in-the-userinfo';
const received: { url: string; authorization: string | undefined; host: string | undefined }[] = [];
let data: string;
let first: Server;
let second: Server;

const listen = (server: Server): Promise<number> =>
  new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
  );

beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), 'uptimer-secrets-'));
  second = createServer((request, response) => {
    received.push({ url: request.url ?? '', authorization: request.headers.authorization, host: 'second' });
    response.writeHead(500).end();
  });
  const secondPort = await listen(second);
  first = createServer((request, response) => {
    received.push({ url: request.url ?? '', authorization: request.headers.authorization, host: 'first' });
    if (request.url?.startsWith('/away'))
      response.writeHead(302, { location: `http://127.0.0.1:${secondPort}/` }).end();
    else if (request.url?.startsWith('/cut')) request.socket.destroy();
    else response.end(`you sent ${request.url} ${request.headers.authorization}`);
  });
});
afterAll(() => {
  first.close();
  second.close();
  rmSync(data, { recursive: true, force: true });
});

function everyFile(folder: string): string[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => statSync(path).isFile());
}

it('no secret stands in anything that a run wrote, printed or answered', async () => {
  const port = await listen(first);
  const origin = `http://127.0.0.1:${port}`;
  // biome-ignore lint/suspicious/noTemplateCurlyInString: that is how a secret is named in targets.json
  const reference = '${env:UPTIMER_TEST_SECRET}';
  const headers = { authorization: `Bearer ${reference}` };
  const targets = [
    { id: 'query', url: `${origin}/ok?x=1&key=${reference}`, headers },
    { id: 'failing', url: `${origin}/cut/${reference}?token=${reference}`, headers },
    { id: 'away', url: `${origin}/away`, headers },
    { id: 'body', url: `${origin}/ok`, method: 'POST', headers, body: `{"secret":"${reference}"}` },
    { id: 'missing', url: origin, headers: { 'x-key': '$'.concat('{env:UPTIMER_TEST_ABSENT}') } },
  ].map((target) => ({ ...target, intervalMs: 200 }));
  writeFileSync(join(data, 'targets.json'), JSON.stringify({ version: 1, targets }));

  const engine = startHeadless(
    [
      '--data',
      data,
      '--port',
      '0',
      '--flush',
      '1s',
      '--window',
      '5s',
      '--log-level',
      'debug',
      '--log',
      'prober,log,windows,lake,ui',
      '--terminal',
      '--url',
      `http://somebody:${PASSWORD}@127.0.0.1:${port}/ok?sig=${PASSWORD}`,
    ],
    { UPTIMER_TEST_SECRET: SECRET },
  );
  await engine.address;
  await waitUntil(() => engine.acknowledged.length > 80, 20_000);
  const answers: unknown[] = [];
  const nowUs = Date.now() * 1000;
  const range = { fromUs: nowUs - 600_000_000, toUs: nowUs + 1_000_000 };
  for (const [name, input] of [
    ['state.current', {}],
    ['health.get', {}],
    ['windows.last', { limit: 50 }],
    ['targets.test', { url: `${origin}/cut?key=${reference}`, headers }],
    ['series.get', { targetId: 'failing', range, width: 500 }],
  ] as const) {
    const reply = await command(data, name, input);
    expect(reply.ok, JSON.stringify(reply)).toBe(true);
    answers.push(reply);
  }
  const pushed = listenToPushes(data, ['states', 'probes', 'windows', 'exports', 'health']);
  for (const table of ['raw', 'metrics']) {
    for (const format of ['csv', 'parquet']) {
      const { value } = await command(data, 'export.start', { table, format, range });
      const { id } = value as { id: string };
      await waitUntil(
        async () =>
          ((await command(data, 'export.status', { id })).value as { status: string }).status !== 'running',
      );
      answers.push((await command(data, 'export.status', { id })).value);
    }
  }
  await waitUntil(() =>
    ['"probes"', '"windows"', '"health"'].every((topic) => pushed.text().includes(topic)),
  );
  answers.push(pushed.text());
  pushed.close();
  // The editor has to show what a person typed, references unresolved; a password typed in plain is theirs to see.
  const listed = await command(data, 'targets.list');
  expect(JSON.stringify(listed).includes(SECRET)).toBe(false);
  expect(await engine.kill('SIGTERM')).toMatchObject({ code: 0 });

  // The secrets did travel: to the first origin, and nowhere after the redirect.
  expect(
    received.some(({ url, authorization }) => url.includes(SECRET) && authorization === `Bearer ${SECRET}`),
  ).toBe(true);
  expect(
    received
      .filter(({ host }) => host === 'second')
      .every(({ authorization }) => authorization === undefined),
  ).toBe(true);
  expect(received.some(({ host }) => host === 'second')).toBe(true);

  const written = everyFile(data);
  expect(written.some((path) => path.endsWith('.csv'))).toBe(true);
  for (const secret of [SECRET, PASSWORD]) {
    expect(written.filter((path) => readFileSync(path).includes(secret))).toEqual([]);
    expect(engine.output().includes(secret)).toBe(false);
    expect(JSON.stringify(answers).includes(secret), secret).toBe(false);
  }
}, 60_000);
