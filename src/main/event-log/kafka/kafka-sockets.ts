import { isIP, connect as netConnect, type Socket } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import type { ISocketFactory } from 'kafkajs';
import { watchAnswers } from './answer-watch';
import { fromKafkajs } from './broker-address';

const KEEP_ALIVE_MS = 60_000;
/**
 * What begins with a greater length is not Kafka: words of other protocols are far greater numbers. Smaller it cannot be: only
 * a broker's first connection begins with its short list of versions, a later one with whatever was fetched.
 */
const MAX_FIRST_FRAME = 104_857_600;

/** What only the socket can tell. kafkajs passes on nothing but the code of its error. */
export const SOCKET_CODES = {
  speaksTls: 'UPTIMER_SPEAKS_TLS',
  speaksHttp: 'UPTIMER_SPEAKS_HTTP',
  notKafka: 'UPTIMER_NOT_KAFKA',
  cutInHandshake: 'UPTIMER_CUT_IN_HANDSHAKE',
} as const;

/** Sockets for kafkajs that can all be ended, and that let no byte of a stranger near its parser, which would throw. */
export interface KafkaSockets {
  factory: ISocketFactory;
  /** Ends every socket, and from now on each new one at once: whoever still connects stops. */
  end(): void;
  /** Whether the other side has closed one. */
  endedByPeer(): boolean;
}

/** @param withinMs how long the answer to a request may take, by the API key of the request; no limit by default */
export function createKafkaSockets(withinMs: ((apiKey: number) => number) | null = null): KafkaSockets {
  const open = new Set<Socket>();
  let ended = false;
  let endedByPeer = false;

  return {
    factory({ host: given, port, ssl, onConnect }) {
      const host = fromKafkajs(given).replace(/^\[|\]$/g, '');
      const socket = ssl
        ? tlsConnect({ host, port, ...(isIP(host) ? {} : { servername: host }), ...ssl }, onConnect)
        : netConnect({ host, port }, onConnect);
      socket.setKeepAlive(true, KEEP_ALIVE_MS);
      open.add(socket);
      socket.once('close', () => open.delete(socket));
      socket.once('end', () => {
        endedByPeer = true;
      });
      socket.once('error', (error: NodeJS.ErrnoException) => {
        endedByPeer ||= error.code === 'ECONNRESET';
      });
      if (ssl) nameCutHandshake(socket);
      if (withinMs !== null) watchAnswers(socket, withinMs, () => socket.destroy(socketError('ETIMEDOUT')));
      guardParser(socket);
      if (ended) socket.destroy(socketError('ECONNABORTED'));
      return socket;
    },
    end() {
      ended = true;
      for (const socket of open) socket.destroy(socketError('ECONNABORTED'));
    },
    endedByPeer: () => endedByPeer,
  };
}

/** A reset before the handshake's end means something else than one after it. */
function nameCutHandshake(socket: Socket): void {
  let secured = false;
  socket.once('secureConnect', () => {
    secured = true;
  });
  socket.prependListener('error', (error: NodeJS.ErrnoException) => {
    if (!secured && error.code === 'ECONNRESET') error.code = SOCKET_CODES.cutInHandshake;
  });
}

/** Stands before every listener of data, since an exception out of one would end the process. */
function guardParser(socket: Socket): void {
  const on = socket.on.bind(socket);
  socket.on = (event: string, listener: (...args: never[]) => void): Socket => {
    if (event !== 'data') return on(event, listener as (...args: unknown[]) => void);
    const parse = listener as (chunk: Buffer) => void;
    let begin: Buffer | null = Buffer.alloc(0);
    return on('data', (chunk: Buffer) => {
      if (socket.destroyed) return;
      let whole = chunk;
      if (begin !== null) {
        whole = begin.length === 0 ? chunk : Buffer.concat([begin, chunk]);
        begin = whole.length < 4 ? whole : null;
        if (begin !== null) return;
        const stranger = strangerOf(whole);
        if (stranger !== null) return void socket.destroy(socketError(stranger));
      }
      try {
        parse(whole);
      } catch {
        socket.destroy(socketError(SOCKET_CODES.notKafka));
      }
    });
  };
}

/** @param begin at least four bytes @returns null when they may be Kafka's */
function strangerOf(begin: Buffer): string | null {
  // A TLS record: alert or handshake, major version 3.
  if ((begin[0] === 0x15 || begin[0] === 0x16) && begin[1] === 3) return SOCKET_CODES.speaksTls;
  if (begin.toString('latin1', 0, 4) === 'HTTP') return SOCKET_CODES.speaksHttp;
  const length = begin.readInt32BE(0);
  return length < 4 || length > MAX_FIRST_FRAME ? SOCKET_CODES.notKafka : null;
}

function socketError(code: string): Error {
  return Object.assign(new Error(code), { code });
}
