import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A service on loopback whose mood the test sets: well, slow, failing, or not there. */
export interface MoodyServer {
  readonly url: string;
  mood: 'well' | 'slow' | 'failing';
  close(): Promise<void>;
}

const SLOW_MS = 250;

export async function startMoodyServer(): Promise<MoodyServer> {
  const moody: { mood: MoodyServer['mood'] } = { mood: 'well' };
  const server: Server = createServer((_request, response) => {
    if (moody.mood === 'failing') response.writeHead(503).end('no');
    else setTimeout(() => response.end('ok'), moody.mood === 'slow' ? SLOW_MS : 5);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(moody, {
    url: `http://127.0.0.1:${port}/health`,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  });
}
