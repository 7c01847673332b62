import { type ClientRequest, type IncomingMessage, request as sendHttp } from 'node:http';
import type { Socket } from 'node:net';
import type { Failure } from './attempt-result';
import { type ConnectContext, endpointOf, openConnection } from './connection';
import { failureOf, OwnFault, type Progress, timeoutFailure } from './failure-of';
import type { PhaseTimer } from './phase-timer';

/** What a server may send as headers. Node's 16 KiB are less than what browsers take. */
const MAX_HEADER_BYTES = 65_536;

export interface ExchangeRequest {
  url: URL;
  method: string;
  /** By lower-case name. */
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
 * comes, so nothing of it is held. When the promise settles, socket and timer are gone.
 * @throws OwnFault when this machine has no room for one more connection
 */
export function exchangeHttp(
  { url, method, headers, body, deadlineMs }: ExchangeRequest,
  timer: PhaseTimer,
  context: ConnectContext,
): Promise<ExchangeResult> {
  const { monotonicMs } = context;
  const endpoint = endpointOf(url);

  return new Promise((resolve, reject) => {
    const result: ExchangeResult = {
      failure: null,
      statusCode: null,
      location: null,
      remoteIp: null,
      httpVersion: null,
      bytes: null,
    };
    let progress: Progress = endpoint.isLiteral ? 'connect' : 'dns';
    let socket: Socket | null = null;
    let request: ClientRequest | null = null;
    let answer: IncomingMessage | null = null;
    let settled = false;

    const settle = (failure: Failure | OwnFault | null): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timeout);
      request?.destroy();
      socket?.destroy();
      if (failure instanceof OwnFault) reject(failure);
      else resolve({ ...result, failure });
    };
    const fail = (error: unknown): void => {
      // What comes after the whole answer is no part of it (RFC 9112, 6.3): its end is on the way.
      if (answer?.complete === true) return;
      settle(failureOf(error, progress, socket?.bytesRead ?? 0));
    };
    // When this thread was held up, an answer may lie in the socket already: one more look at it before giving up.
    const timeout = setTimeout(
      () => setImmediate(() => settle(timeoutFailure(progress))),
      Math.max(0, deadlineMs - monotonicMs()),
    );

    const open = (): Socket => {
      socket = openConnection(endpoint, context, timer, (step) => {
        progress = step;
        result.remoteIp = socket?.remoteAddress ?? result.remoteIp;
      });
      // Node listens on the request's behalf, but not any more when an error follows the end.
      socket.on('error', () => undefined);
      return socket;
    };

    const receiveHead = (response: IncomingMessage): void => {
      timer.mark('ttfb', monotonicMs());
      progress = 'body';
      result.statusCode = response.statusCode ?? null;
      result.location = response.headers.location ?? null;
      result.httpVersion = response.httpVersion;
      result.bytes = 0;
    };
    const receive = (response: IncomingMessage): void => {
      receiveHead(response);
      answer = response;
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        result.bytes = bytes;
      });
      response.once('end', () => {
        timer.mark('transfer', monotonicMs());
        settle(null);
      });
      response.on('error', fail);
      response.once('aborted', () => fail(null));
    };

    try {
      // With `createConnection` and no agent every request has a connection of its own, closed afterwards.
      request = sendHttp(
        {
          method,
          host: endpoint.host,
          port: endpoint.port,
          path: `${url.pathname}${url.search}`,
          headers,
          maxHeaderSize: MAX_HEADER_BYTES,
          createConnection: open,
        },
        receive,
      );
      request.on('error', fail);
      // A switch of protocols (101) is an answer without a body.
      request.once('upgrade', (response: IncomingMessage) => {
        receiveHead(response);
        timer.mark('transfer', monotonicMs());
        settle(null);
      });
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
