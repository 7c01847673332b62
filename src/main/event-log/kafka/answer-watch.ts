import type { Socket } from 'node:net';
import { type Clock, systemClock } from '../../platform/clock';

const LENGTH_BYTES = 4;
/** An answer that comes in pieces may take so many times as long as one that does not come at all. */
const DRIP_FACTOR = 3;
/** Where a request says what it asks for: behind its length. */
const API_KEY_AT = 4;

/**
 * Ends a connection whose other side owes an answer and has said nothing for too long: a broker that hangs, a machine without
 * power, a network that swallows packets. kafkajs alone gives up on such a request after 30 s and asks again by the same
 * connection; when the connection breaks it looks for another broker.
 *
 * A broker answers in the order of the requests, and both begin with their length.
 * @param withinMs how long the answer to a request may take, by the API key of the request
 * @param end what ends the connection
 */
export function watchAnswers(
  socket: Socket,
  withinMs: (apiKey: number) => number,
  end: () => void,
  clock: Clock = systemClock,
): void {
  /** Of each request that has no answer yet, the time it may take. */
  const owed: number[] = [];
  let heardMs = 0;
  /** Since when nothing stands before the first of them. */
  let owedSinceMs = 0;
  let timer: NodeJS.Timeout | null = null;
  const answers = createFrameCounter();

  const leftMs = (): number | null => {
    const [patienceMs] = owed;
    if (patienceMs === undefined || socket.destroyed) return null;
    return Math.min(heardMs + patienceMs, owedSinceMs + DRIP_FACTOR * patienceMs) - clock.monotonicMs();
  };
  const check = (): void => {
    timer = null;
    const left = leftMs();
    if (left === null) return;
    if (left > 0) watch(left);
    // When this process itself stood still, the answer may lie in the socket unread.
    else setImmediate(() => ((leftMs() ?? 1) <= 0 ? end() : check()));
  };
  const watch = (ms: number): void => {
    timer = setTimeout(check, Math.ceil(ms));
    timer.unref();
  };

  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
  socket.write = (...args: unknown[]): boolean => {
    const [request] = args;
    if (Buffer.isBuffer(request) && request.length > API_KEY_AT + 1) {
      if (owed.length === 0) {
        heardMs = clock.monotonicMs();
        owedSinceMs = heardMs;
      }
      const patienceMs = withinMs(request.readInt16BE(API_KEY_AT));
      owed.push(patienceMs);
      if (timer === null) watch(patienceMs);
    }
    return write(...args);
  };
  socket.on('data', (chunk: Buffer) => {
    heardMs = clock.monotonicMs();
    const ended = answers(chunk);
    if (ended > 0) owedSinceMs = heardMs;
    owed.splice(0, ended);
  });
  socket.once('close', () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  });
}

/** How many frames, each behind its length in four bytes, end in the chunk. */
function createFrameCounter(): (chunk: Buffer) => number {
  const length = Buffer.alloc(LENGTH_BYTES);
  let lengthBytes = 0;
  let missing = 0;
  return (chunk) => {
    let ended = 0;
    let at = 0;
    while (at < chunk.length) {
      if (lengthBytes < LENGTH_BYTES) {
        const taken = chunk.copy(length, lengthBytes, at, at + LENGTH_BYTES - lengthBytes);
        lengthBytes += taken;
        at += taken;
        if (lengthBytes < LENGTH_BYTES) break;
        missing = length.readUInt32BE();
      }
      const taken = Math.min(missing, chunk.length - at);
      missing -= taken;
      at += taken;
      if (missing > 0) break;
      lengthBytes = 0;
      ended += 1;
    }
    return ended;
  };
}
