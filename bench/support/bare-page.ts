import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * The bare baseline of everything that is measured in a page: one line of text, one event stream, one point a second
 * onto one canvas, no library. `benchDelays` of its window holds, ms, how long after the sending each point was in a frame.
 */
const PAGE = `<!doctype html><title>bare</title><p>bare</p><canvas width="600" height="200"></canvas>
<script>
  window.benchDelays = [];
  const pen = document.querySelector('canvas').getContext('2d');
  let x = 0;
  new EventSource('/points').onmessage = ({ data }) => {
    const { sentMs, value } = JSON.parse(data);
    requestAnimationFrame(() => {
      pen.fillRect(x, 200 - value, 3, 3);
      x = (x + 3) % 600;
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => window.benchDelays.push(Date.now() - sentMs);
      port2.postMessage(null);
    });
  };
</script>`;

export interface BarePage {
  readonly address: string;
  stop(): void;
}

export async function serveBarePage(): Promise<BarePage> {
  const streams = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    if (request.url !== '/points') {
      response.setHeader('content-type', 'text/html').end(PAGE);
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    streams.add(response);
    response.once('close', () => streams.delete(response));
  });
  const timer = setInterval(() => {
    const data = JSON.stringify({ sentMs: Date.now(), value: 50 + (Date.now() % 100) });
    for (const stream of streams) stream.write(`data: ${data}\n\n`);
  }, 1000);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    stop() {
      clearInterval(timer);
      server.close();
      server.closeAllConnections();
    },
  };
}
