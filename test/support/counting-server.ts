import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A real HTTP service on loopback that counts what reaches it: the independent witness of the crash tests. */
export interface CountingServer {
  readonly port: number;
  /** Requests received so far, whole. */
  requests(): number;
  close(): Promise<void>;
}

/** Answers `/ok…` with 200, `/error…` with 503, `/slow…` after 300 ms, `/cut…` never wholly. */
export async function startCountingServer(): Promise<CountingServer> {
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    const path = request.url ?? '/';
    if (path.startsWith('/error')) response.writeHead(503).end('no');
    else if (path.startsWith('/slow')) setTimeout(() => response.end('slow'), 300);
    else if (path.startsWith('/cut')) {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => response.destroy());
    } else response.end('ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    requests: () => requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
