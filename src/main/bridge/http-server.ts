import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { AppError } from '../../shared/contract/app-error';
import type { Clock } from '../platform/clock';
import type { Logger } from '../platform/logger';
import { createCommandRoute, refuse } from './command-route';
import { createExportRoute, type DownloadOf } from './export-route';
import { cookieNameOf, createGate, HEALTH_PATH } from './gate';
import { landingPage } from './landing-page';
import { HOST, listen } from './listen';
import type { PushHub } from './push-hub';
import { createPushRoute } from './push-route';
import type { Router } from './router';
import { addSecurityHeaders } from './security-headers';
import { createStaticFiles } from './static-files';

/** How long a stop waits for answers under way before it cuts their connections. */
const STOP_GRACE_MS = 300;

export interface HttpServerOptions {
  router: Router;
  hub: PushHub;
  /** 0 = any free port. */
  port: number;
  /** At least 32 random hex digits, new at every start. */
  token: string;
  logger: Logger;
  clock: Clock;
  /** The built interface; null = this build has none. */
  staticDirectory?: string | null;
  downloadOf: DownloadOf;
  /** What `/healthz` tells without a token: 204 when true, 503 when not. */
  isHealthy?: () => boolean;
  heartbeatMs?: number;
}

/** The engine on loopback: commands, pushes, downloads and, where it was built, the interface. */
export interface HttpServer {
  /** Resolves when listening, with the address that signs a browser in. Rejects with `in_use` (field `port`). */
  start(): Promise<{ port: number; url: string }>;
  /** Ends streams, waits a moment for answers under way, cuts what is left. Idempotent. */
  stop(): Promise<void>;
}

export function createHttpServer(options: HttpServerOptions): HttpServer {
  const streams = new Set<ServerResponse>();
  const app = createApp(options, streams);
  const serve = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  let server: Server | null = null;
  let stopping: Promise<void> | null = null;

  const listener = (port: number) => {
    const gate = createGate(options.token, port);
    return (incoming: IncomingMessage, outgoing: ServerResponse): void => {
      addSecurityHeaders(outgoing);
      // Somebody who went away while being written to is no fault; unheard, this event would end the process.
      outgoing.on('error', (error) => options.logger.debug({ err: error }, 'a caller went away'));
      const verdict = gate(incoming);
      if (verdict === 'forbidden') forbid(outgoing);
      else if (verdict === 'sign_in') signIn(incoming, outgoing, cookieNameOf(port), options.token);
      else void serve(incoming, outgoing);
    };
  };

  return {
    async start() {
      // A request without Host, or with an Expect that Node would answer itself, is the gate's to refuse.
      const created = createServer({
        requireHostHeader: false,
        requestTimeout: 60_000,
        headersTimeout: 10_000,
      });
      created.maxConnections = 256;
      await listen(created, options.port);
      const { port } = created.address() as AddressInfo;
      const onRequest = listener(port);
      created.on('request', onRequest);
      created.on('checkExpectation', onRequest);
      created.on('checkContinue', onRequest);
      created.on('error', (error) => options.logger.error({ err: error }, 'the loopback server failed'));
      server = created;
      return { port, url: `http://${HOST}:${port}/?token=${options.token}` };
    },
    stop() {
      stopping ??= server === null ? Promise.resolve() : close(server);
      return stopping;
    },
  };

  async function close(open: Server): Promise<void> {
    const closed = new Promise<void>((resolve) => open.close(() => resolve()));
    for (const stream of streams) stream.end();
    open.closeIdleConnections();
    const cut = setTimeout(() => open.closeAllConnections(), STOP_GRACE_MS);
    await closed;
    clearTimeout(cut);
  }
}

function createApp(options: HttpServerOptions, open: Set<ServerResponse>): Hono<{ Bindings: HttpBindings }> {
  const { router, hub, clock, logger, downloadOf, isHealthy = () => true, heartbeatMs = 5000 } = options;
  const app = new Hono<{ Bindings: HttpBindings }>();
  // A container's health check has no token: it learns one bit, and only under our own Host.
  app.get(HEALTH_PATH, (context) => context.body(null, isHealthy() ? 204 : 503));
  app.get('/api/push', createPushRoute({ hub, clock, heartbeatMs, open }));
  const exportRoute = createExportRoute(downloadOf, logger);
  app.get('/api/exports/:id', exportRoute);
  app.get('/api/exports/:id/file', exportRoute);
  app.post('/api/:command', createCommandRoute(router));
  app.all('/api/*', (context) => context.notFound());
  if (options.staticDirectory == null) {
    app.get('/', (context) => context.text(landingPage(context.req.header('accept-language'))));
  } else {
    const { files, firstPage } = createStaticFiles(options.staticDirectory);
    app.get('*', files, firstPage);
  }
  app.notFound((context) => refuse(context, new AppError('not_found', 'there is nothing at this address')));
  app.onError((error, context) => {
    logger.error({ err: error }, 'a request failed');
    return refuse(context, new AppError('internal', 'the request failed', { domain: 'internal' }));
  });
  return app;
}

function forbid(outgoing: ServerResponse): void {
  outgoing.writeHead(403, { 'content-length': 0, connection: 'close' });
  outgoing.end();
}

/** Puts the token where scripts cannot read it, and takes it out of the address bar. */
function signIn(incoming: IncomingMessage, outgoing: ServerResponse, cookie: string, token: string): void {
  const site = incoming.headers['sec-fetch-site'];
  const isFollowedLink = site === 'cross-site' || site === 'same-site';
  outgoing.setHeader('set-cookie', `${cookie}=${token}; HttpOnly; SameSite=Strict; Path=/`);
  // After a link on another site, a redirect still counts as that site's, and a strict cookie would not be sent: the
  // page goes on from here by itself instead.
  outgoing.writeHead(isFollowedLink ? 200 : 303, {
    ...(isFollowedLink ? { refresh: '0; url=/' } : { location: '/' }),
    'content-length': 0,
  });
  outgoing.end();
}
