import { type ClientRequest, type IncomingMessage, request as sendHttp } from 'node:http';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type SecureContext } from 'node:tls';
import type { Failure } from './attempt-result';
import { failureOf, type Progress, timeoutFailure } from './failure-of';
import type { PhaseTimer } from './phase-timer';

export interface ExchangeRequest {
  url: URL;
  method: string;
  headers: Record<string, string>;
  body: string | null;
  /** Monotonic instant at which the whole attempt has to be over, ms. */
  deadlineMs: number;
}

export interface ExchangeResult {
  failure: Failure | null;
  statusCode: number | null;
  location: string | null;
  remoteIp: string | null;
  httpVersion: string | null;
  bytes: number | null;
}

/**
 * One request on a connection of its own, to the last byte of the answer. The body is counted and thrown away as it
 * comes, so nothing of it is held. Never rejects; when it resolves, socket and timer are gone.
 */
export function exchangeHttp(
  { url, method, headers, body, deadlineMs }: ExchangeRequest,
  timer: PhaseTimer,
  context: { monotonicMs(): number; secureContext: SecureContext },
): Promise<ExchangeResult> {
  const { monotonicMs } = context;
  const secure = url.protocol === 'https:';
  const host = url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname;
  const isLiteral = isIP(host) !== 0;
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);

  return new Promise((resolve) => {
    const result: ExchangeResult = {
      failure: null,
      statusCode: null,
      location: null,
      remoteIp: null,
      httpVersion: null,
      bytes: null,
    };
    let progress: Progress = isLiteral ? 'connect' : 'dns';
    let socket: Socket | null = null;
    let request: ClientRequest | null = null;
    let settled = false;

    const settle = (failure: Failure | null): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timeout);
      result.failure = failure;
      request?.destroy();
      socket?.destroy();
      resolve(result);
    };
    const fail = (error: unknown): void => settle(failureOf(error, progress, socket?.bytesRead ?? 0));
    const timeout = setTimeout(
      () => settle(timeoutFailure(progress)),
      Math.max(0, deadlineMs - monotonicMs()),
    );

    const open = (): Socket => {
      const opened = secure
        ? connectTls({
            host,
            port,
            secureContext: context.secureContext,
            ALPNProtocols: ['http/1.1'],
            ...(isLiteral ? {} : { servername: host }),
          })
        : connectTcp({ host, port });
      socket = opened;
      opened.once('lookup', () => {
        timer.mark('dns', monotonicMs());
        progress = 'connect';
      });
      opened.once('connect', () => {
        timer.mark('connect', monotonicMs());
        progress = secure ? 'tls' : 'response';
        result.remoteIp = opened.remoteAddress ?? null;
      });
      if (secure) {
        opened.once('secureConnect', () => {
          timer.mark('tls', monotonicMs());
          progress = 'response';
        });
      }
      return opened;
    };

    const receive = (response: IncomingMessage): void => {
      timer.mark('ttfb', monotonicMs());
      progress = 'body';
      result.statusCode = response.statusCode ?? null;
      result.location = response.headers.location ?? null;
      result.httpVersion = response.httpVersion;
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        result.bytes = bytes;
      });
      response.once('end', () => {
        timer.mark('transfer', monotonicMs());
        result.bytes = bytes;
        settle(null);
      });
      response.once('error', fail);
      response.once('aborted', () => fail(null));
    };

    try {
      // With `createConnection` and no agent every request has a connection of its own, closed afterwards.
      request = sendHttp(
        {
          method,
          host,
          port,
          path: `${url.pathname}${url.search}`,
          headers: { host: url.host, ...headers, connection: 'close' },
          createConnection: open,
        },
        receive,
      );
      request.on('error', fail);
      request.end(body ?? undefined);
    } catch {
      // A header or path that Node refuses to send, such as a secret that holds a line break.
      settle({
        phase: 'connect',
        code: 'connect_failed',
        detail: 'the request cannot be sent: a header or the URL holds a forbidden character',
      });
    }
  });
}
