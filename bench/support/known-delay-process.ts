import { type AddressInfo, createServer } from 'node:net';

/**
 * A service whose delay is known to the microsecond: it answers each request `HOLD_MS` after its bytes came, and remembers
 * how long it really held them, from their arrival to the answer written. Bare TCP, so that next to nothing of the
 * service's own work lies outside of what it measures. The first word of the path is the caller's name. Speaks JSON lines
 * to its parent.
 */
const holdMs = Number(process.argv[2]);
const holds = new Map<string, number[]>();
const ANSWER = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok');

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => undefined);
  socket.once('data', (request) => {
    const receivedMs = performance.now();
    const name = /^GET \/([^ /]*)/.exec(request.toString('latin1'))?.[1] ?? '';
    const list = holds.get(name) ?? [];
    holds.set(name, list);
    setTimeout(() => {
      socket.write(ANSWER);
      list.push(performance.now() - receivedMs);
      socket.end();
    }, holdMs);
  });
});
server.listen({ port: 0, host: '127.0.0.1', backlog: 1024 }, () => {
  process.stdout.write(`${JSON.stringify({ port: (server.address() as AddressInfo).port })}\n`);
});
process.stdin.setEncoding('utf8').on('data', () => {
  process.stdout.write(`${JSON.stringify({ holds: Object.fromEntries(holds) })}\n`);
  holds.clear();
});
process.stdin.on('end', () => process.exit(0));
