import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach } from 'vitest';
import type { CallContext } from '../../shared/contract/commands';
import type { Reply } from '../../shared/contract/preload-api';
import type { PushMessage } from '../../shared/contract/pushes';
import { systemClock } from '../platform/clock';
import { createHttpServer, type HttpServer, type HttpServerOptions } from './http-server';
import { createPushHub } from './push-hub';
import { createQuietSources } from './quiet-sources';

const logger = pino({ level: 'silent' });
export const token = '0123456789abcdef'.repeat(2);

const servers: HttpServer[] = [];
const directories: string[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
  for (const directory of directories.splice(0)) await rm(directory, { recursive: true, force: true });
});

/** A directory that goes away after the test. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'uptimer-http-'));
  directories.push(directory);
  return directory;
}

/** A server on a free port over a router and sources of the test's; stopped after the test. */
export async function serve(
  options: Partial<HttpServerOptions> & {
    coalesceMs?: number;
    route?: (name: string, input: unknown, context: CallContext) => Promise<Reply>;
  } = {},
) {
  const quiet = createQuietSources();
  const calls: { name: string; input: unknown }[] = [];
  const hub = createPushHub(quiet.sources, {
    clock: systemClock,
    logger,
    ...(options.coalesceMs === undefined ? {} : { coalesceMs: options.coalesceMs }),
  });
  const server = createHttpServer({
    router: async (name, input, context) => {
      calls.push({ name, input });
      return options.route === undefined
        ? { ok: true, value: { name } }
        : options.route(name, input, context);
    },
    hub,
    port: 0,
    token,
    logger,
    clock: systemClock,
    downloadOf: () => null,
    ...options,
  });
  servers.push(server);
  const { port, url } = await server.start();
  return { ...quiet, hub, server, port, url, calls };
}

export interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  body: string;
}

/** One request over a real socket, with exactly the headers given (and Host of the port unless given). */
export function ask(
  port: number,
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        path,
        method: options.method ?? 'GET',
        headers: options.headers ?? {},
        agent: false,
      },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text: string) => {
          body += text;
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        );
        response.on('error', reject);
      },
    );
    sent.on('error', reject);
    sent.end(options.body);
  });
}
export const bearer = { authorization: `Bearer ${token}` };
export const json = { ...bearer, 'content-type': 'application/json' };

/** Raw bytes in, raw bytes out, until the server closes. */
export async function talk(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.setEncoding('utf8').on('data', (chunk) => {
    answer += chunk;
  });
  socket.write(text);
  await once(socket, 'close');
  return answer;
}

/** An open push stream and what came on it. */
export async function openStream(port: number, topics: string) {
  const messages: PushMessage[] = [];
  const state = { text: '', ended: false };
  const sent = request({
    host: '127.0.0.1',
    port,
    path: `/api/push?topics=${topics}`,
    headers: bearer,
    agent: false,
  });
  sent.on('error', () => undefined);
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  let rest = '';
  response.setEncoding('utf8').on('data', (chunk: string) => {
    state.text += chunk;
    const events = (rest + chunk).split('\n\n');
    rest = events.pop() ?? '';
    for (const event of events) if (event.startsWith('data: ')) messages.push(JSON.parse(event.slice(6)));
  });
  response.on('close', () => {
    state.ended = true;
  });
  return { messages, state, response, close: () => sent.destroy() };
}
