import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/**
 * The benchmarks' service, in a process of its own: `/hold/<ms>/<name>` answers after that many milliseconds and
 * remembers how long it really held each request; anything else answers at once. Speaks JSON lines to its parent.
 */
const [certificate, key] = process.argv.slice(2);
const holds = new Map<string, number[]>();

function answer(request: IncomingMessage, response: ServerResponse): void {
  const receivedMs = performance.now();
  const [, kind, delay, name] = (request.url ?? '/').split('/');
  if (kind !== 'hold' || name === undefined) {
    response.end('ok');
    return;
  }
  setTimeout(() => {
    const list = holds.get(name) ?? [];
    holds.set(name, list);
    list.push(performance.now() - receivedMs);
    response.end('ok');
  }, Number(delay));
}

const listen = (
  server: ReturnType<typeof createServer> | ReturnType<typeof createTlsServer>,
): Promise<number> =>
  new Promise((resolve) => {
    server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () =>
      resolve((server.address() as AddressInfo).port),
    );
  });

const http = await listen(createServer(answer));
const https =
  certificate === undefined || key === undefined
    ? null
    : await listen(createTlsServer({ cert: readFileSync(certificate), key: readFileSync(key) }, answer));
process.stdout.write(`${JSON.stringify({ http, https })}\n`);
process.stdin.setEncoding('utf8').on('data', () => {
  process.stdout.write(`${JSON.stringify({ holds: Object.fromEntries(holds) })}\n`);
  holds.clear();
});
process.stdin.on('end', () => process.exit(0));
