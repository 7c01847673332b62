import { type ChildProcess, spawn } from 'node:child_process';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { KeyPair } from './certificates';

/** A request as it came over the wire. */
export interface ReceivedRequest {
  method: string;
  path: string;
  /** By lower-case name. */
  headers: Record<string, string>;
  body: string;
}

export interface MisbehavingServer {
  readonly port: number;
  /** Every request received whole, in order. */
  readonly requests: ReceivedRequest[];
  /** Connections open at this moment. */
  connections(): number;
  url(path: string): string;
  close(): Promise<void>;
}

type Behaviour = (socket: Socket, request: ReceivedRequest, argument: string) => void;

const CRLF = '\r\n';
const head = (status: string, ...headers: string[]): string =>
  [`HTTP/1.1 ${status}`, ...headers, '', ''].join(CRLF);
const ok = (body: string): string =>
  `${head('200 OK', `Content-Length: ${Buffer.byteLength(body)}`, 'Connection: close')}${body}`;

/** Says something again and again until the connection is gone. */
function keepSaying(socket: Socket, text: string, everyMs: number): void {
  const timer = setInterval(() => socket.write(text), everyMs);
  socket.once('close', () => clearInterval(timer));
}

/** The TCP connections under TLS ones: only they can be reset. */
const carriers = new Map<string, Socket>();
const peerOf = (socket: Socket): string => `${socket.localPort} ${socket.remotePort}`;
const reset = (socket: Socket): void => void (carriers.get(peerOf(socket)) ?? socket).resetAndDestroy();

/** By the first part of the path; the rest of it is the argument. */
const BEHAVIOURS: Record<string, Behaviour> = {
  ok: (socket) => socket.end(ok('ok')),
  /** `/echo`: the request itself as JSON. */
  echo: (socket, request) => socket.end(ok(JSON.stringify(request))),
  /** `/status/503`. */
  status: (socket, _request, code) => socket.end(head(`${code} Status`, 'Content-Length: 0')),
  /** `/slow/150`: answers after that many milliseconds. */
  slow: (socket, _request, delay) => {
    setTimeout(() => socket.end(ok('slow')), Number(delay));
  },
  /** `/size/1000000`: a body of that many bytes. */
  size: (socket, _request, bytes) => socket.end(ok('x'.repeat(Number(bytes)))),
  'reset-before-headers': (socket) => reset(socket),
  'reset-in-headers': (socket) => {
    socket.write(`HTTP/1.1 200 OK${CRLF}X-Half:`, () => setTimeout(() => reset(socket), 20));
  },
  'reset-in-body': (socket) => {
    socket.write(`${head('200 OK', 'Content-Length: 100')}half`, () => {
      setTimeout(() => reset(socket), 20);
    });
  },
  empty: (socket) => socket.end(),
  hang: () => undefined,
  'hang-in-body': (socket) => socket.write(`${head('200 OK', 'Content-Length: 100')}half`),
  'half-headers': (socket) => socket.end(`HTTP/1.1 200 OK${CRLF}X-Half:`),
  'cut-length': (socket) => socket.end(`${head('200 OK', 'Content-Length: 100')}half`),
  'cut-chunked': (socket) => {
    socket.end(`${head('200 OK', 'Transfer-Encoding: chunked')}4${CRLF}half${CRLF}`);
  },
  'bad-chunk': (socket) => {
    socket.end(`${head('200 OK', 'Transfer-Encoding: chunked')}4${CRLF}half${CRLF}zz${CRLF}`);
  },
  garbage: (socket) => socket.end('SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n'),
  binary: (socket) => socket.end(Buffer.from([0, 1, 2, 3, 0xff, 0xfe, 0x15, 0x03, 0x01])),
  'endless-body': (socket) => {
    const chunk = Buffer.alloc(65_536, 'x');
    const more = (): void => {
      while (!socket.destroyed && socket.write(chunk));
    };
    socket.write(head('200 OK', 'Content-Type: text/plain'));
    socket.on('drain', more);
    more();
  },
  'dribble-headers': (socket) => {
    socket.write(`HTTP/1.1 200 OK${CRLF}`);
    keepSaying(socket, `X-More: yes${CRLF}`, 20);
  },
  'dribble-body': (socket) => {
    socket.write(head('200 OK', 'Content-Length: 1000000'));
    keepSaying(socket, 'x', 20);
  },
  'huge-headers': (socket) => socket.end(head('200 OK', `X-Huge: ${'x'.repeat(200_000)}`)),
  'large-headers': (socket) =>
    socket.end(head('200 OK', `X-Large: ${'x'.repeat(40_000)}`, 'Content-Length: 0')),
  'continue-flood': (socket) => keepSaying(socket, head('100 Continue').repeat(50), 5),
  'continue-then-ok': (socket) => socket.end(head('100 Continue').repeat(50) + ok('ok')),
  http10: (socket) => socket.end(`HTTP/1.0 200 OK${CRLF}${CRLF}to the end`),
  'trailing-garbage': (socket) => socket.end(`${ok('ok')}and something nobody asked for`),
  'no-content': (socket) => socket.end(head('204 No Content')),
  upgrade: (socket) =>
    socket.end(head('101 Switching Protocols', 'Upgrade: websocket', 'Connection: upgrade')),
  /** `/redirect/302/TARGET`: to the rest of the path, percent-decoded. */
  redirect: (socket, _request, argument) => {
    const slash = argument.indexOf('/');
    const location = decodeURIComponent(argument.slice(slash + 1));
    socket.end(head(`${argument.slice(0, slash)} Moved`, `Location: ${location}`, 'Content-Length: 0'));
  },
  /** `/redirects/3`: so many redirects before an answer. */
  redirects: (socket, _request, left) => {
    const location = Number(left) > 1 ? `/redirects/${Number(left) - 1}` : '/ok';
    socket.end(head('302 Found', `Location: ${location}`, 'Content-Length: 0'));
  },
  'redirect-loop': (socket) => socket.end(head('302 Found', 'Location: /redirect-loop', 'Content-Length: 0')),
};

/** A server of raw sockets that misbehaves as the path of each request says; over TLS when it is given a certificate. */
export async function startMisbehavingServer(
  options: { tls?: KeyPair; host?: string } = {},
): Promise<MisbehavingServer> {
  const { tls, host = '127.0.0.1' } = options;
  const requests: ReceivedRequest[] = [];
  const listener = (socket: Socket): void => {
    socket.on('error', () => undefined);
    readRequest(socket, (request) => {
      requests.push(request);
      const [, name = '', ...rest] = request.path.replace(/\?.*$/, '').split('/');
      const behave = BEHAVIOURS[name];
      if (behave === undefined) socket.end(head('404 Not Found', 'Content-Length: 0'));
      else behave(socket, request, rest.join('/'));
    });
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  const raw = await listenRaw(server, host);
  const shownHost = host.includes(':') ? `[${host}]` : host;
  return {
    port: raw.port,
    requests,
    connections: raw.connections,
    url: (path) => `${tls === undefined ? 'http' : 'https'}://${shownHost}:${raw.port}${path}`,
    close: raw.close,
  };
}

export interface RawServer {
  readonly port: number;
  connections(): number;
  close(): Promise<void>;
}

/** For what happens before any request: gets every connection as it comes. */
export function startRawServer(onConnection: (socket: Socket) => void): Promise<RawServer> {
  return listenRaw(
    createServer((socket) => {
      socket.on('error', () => undefined);
      onConnection(socket);
    }),
    '127.0.0.1',
  );
}

async function listenRaw(server: Server, host: string): Promise<RawServer> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    const peer = peerOf(socket);
    sockets.add(socket);
    carriers.set(peer, socket);
    socket.on('error', () => undefined);
    socket.once('close', () => {
      sockets.delete(socket);
      carriers.delete(peer);
    });
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen({ port: 0, host, backlog: 1024 }, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => sockets.size,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function readRequest(socket: Socket, done: (request: ReceivedRequest) => void): void {
  let text = '';
  const onData = (chunk: Buffer): void => {
    text += chunk.toString('latin1');
    const end = text.indexOf(CRLF + CRLF);
    if (end === -1) return;
    const [first = '', ...lines] = text.slice(0, end).split(CRLF);
    const headers = Object.fromEntries(
      lines.map((line) => [
        line.slice(0, line.indexOf(':')).toLowerCase(),
        line.slice(line.indexOf(':') + 1).trim(),
      ]),
    );
    const body = text.slice(end + 4);
    if (body.length < Number(headers['content-length'] ?? 0)) return;
    socket.off('data', onData).resume();
    const [method = '', path = ''] = first.split(' ');
    done({ method, path, headers, body });
  };
  socket.on('data', onData);
}

/** A port of this machine on which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = await startRawServer(() => undefined);
  await server.close();
  return server.port;
}

const NOBODY_ACCEPTS = `
  const server = require('node:net').createServer();
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    process.stdout.write(String(server.address().port), () => process.kill(process.pid, 'SIGSTOP'));
  });`;

/** A port that takes no further connection and refuses none: a stopped process with a full queue (Linux). */
export async function startFullPort(): Promise<{ port: number; close(): void }> {
  const child: ChildProcess = spawn(process.execPath, ['-e', NOBODY_ACCEPTS], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = await new Promise<number>((resolve) => {
    child.stdout?.once('data', (text: Buffer) => resolve(Number(text.toString())));
  });
  const fillers = Array.from({ length: 6 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
  await new Promise((resume) => setTimeout(resume, 100));
  return {
    port,
    close() {
      for (const filler of fillers) filler.destroy();
      child.kill('SIGKILL');
    },
  };
}
