import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TargetDraft } from '../../shared/domain/target';
import type { Clock } from '../platform/clock';
import type { Random } from '../platform/random';
import { behaviours, createNoise, type DemoPath, isRefusing } from './demo-behaviour';
import { demoTargets } from './demo-targets';

const HOST = '127.0.0.1';
const LOOK_EVERY_MS = 250;
const BODY = Buffer.alloc(131_072, 'UpTimer demo. ');

/** A small service with troubles, to watch UpTimer at work without any address of one's own. */
export interface DemoService {
  start(): Promise<void>;
  /** Ends every connection. Idempotent. */
  stop(): Promise<void>;
  /** What to monitor, named in the language given. Known once started. */
  targets(language: 'en' | 'es'): TargetDraft[];
}

/**
 * Shows `up`, `degraded`, `down` (by status, cut answer, refused connection and timeout) and `missed` (overrun) within
 * its first minute, and again and again. Never `unknown`: a loopback target is always known.
 *
 * It runs on the thread of whoever starts it: a handful of requests per second, each a timer and one write. Probes are
 * timed on threads of their own, so it disturbs none; but when this thread is busy its own answers come that much
 * later, as those of a busy server do.
 * @param options.random gives the seed of the noise: the same seed, the same answers in the same order
 * @param options.port of the main address; 0 = any free one
 */
export function createDemoService(options: { clock: Clock; random: Random; port?: number }): DemoService {
  const { clock, random, port = 0 } = options;
  const noise = createNoise(Number.parseInt(random.hex(8), 16));
  const timers = new Set<NodeJS.Timeout>();
  let startedMs = 0;
  let mainPort = 0;
  let mailPort = 0;
  let look: NodeJS.Timeout | undefined;
  let isStopped = false;
  const elapsedMs = (): number => clock.monotonicMs() - startedMs;

  const after = (delayMs: number, response: ServerResponse, then: () => void): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      then();
    }, delayMs);
    timers.add(timer);
    response.once('close', () => {
      clearTimeout(timer);
      timers.delete(timer);
    });
  };
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    request.resume();
    const path = (request.url ?? '').slice(1);
    if (!isDemoPath(path)) {
      response.writeHead(404).end();
      return;
    }
    const answer = behaviours[path](elapsedMs(), noise);
    if (answer.kind === 'hang') return;
    after(answer.delayMs, response, () => {
      if (answer.kind === 'cut') {
        response.writeHead(200, { 'content-length': BODY.length });
        response.write(BODY.subarray(0, BODY.length / 2), () => response.destroy());
        return;
      }
      response.writeHead(answer.status, { 'content-type': 'text/plain', 'content-length': answer.bytes });
      response.end(BODY.subarray(0, answer.bytes));
    });
  };
  const main = createServer(answer);
  const mail = createServer((request, response) => {
    request.resume();
    after(20 + 20 * noise(), response, () => response.end('220 ready\n'));
  });
  // Opening again can fail while another program has the port: it is tried again at the next look.
  mail.on('error', () => undefined);
  const comeOrGo = (): void => {
    const refuses = isRefusing(elapsedMs());
    if (refuses && mail.listening) shut(mail);
    else if (!refuses && !mail.listening) mail.listen(mailPort, HOST);
  };

  return {
    async start() {
      startedMs = clock.monotonicMs();
      mainPort = await open(main, port);
      mailPort = await open(mail, 0);
      look = setInterval(comeOrGo, LOOK_EVERY_MS);
    },
    async stop() {
      if (isStopped) return;
      isStopped = true;
      clearInterval(look);
      for (const timer of timers) clearTimeout(timer);
      const closing = [main, mail]
        .filter(({ listening }) => listening)
        .map((server) => once(server, 'close'));
      shut(main);
      shut(mail);
      await Promise.all(closing);
    },
    targets: (language) => {
      const at = (path: DemoPath): string => `http://${HOST}:${mainPort}/${path}`;
      return demoTargets(
        {
          shop: at('shop'),
          payments: at('payments'),
          search: at('search'),
          reports: at('reports'),
          images: at('images'),
          mail: `http://${HOST}:${mailPort}/`,
        },
        language,
      );
    },
  };
}

function isDemoPath(path: string): path is DemoPath {
  return Object.hasOwn(behaviours, path);
}

async function open(server: Server, port: number): Promise<number> {
  server.listen(port, HOST);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function shut(server: Server): void {
  server.close();
  server.closeAllConnections();
}
