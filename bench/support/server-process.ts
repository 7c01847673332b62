import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** The benchmarks' service, in a process of its own: answers at once. Writes its ports to its parent as a JSON line. */
const [certificate, key] = process.argv.slice(2);

function answer(_request: IncomingMessage, response: ServerResponse): void {
  response.end('ok');
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
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
