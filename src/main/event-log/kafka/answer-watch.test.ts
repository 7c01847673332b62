import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { watchAnswers } from './answer-watch';

const PATIENCE_MS = 150;
const FETCH = 1;
const JOIN_GROUP = 11;

/** A request or an answer: its length, then so many bytes, which begin with the API key where it is a request. */
function frameOf(apiKey: number, bytes = 8): Buffer {
  const frame = Buffer.alloc(4 + bytes);
  frame.writeInt32BE(bytes);
  frame.writeInt16BE(apiKey, 4);
  return frame;
}

describe('the watch over answers', () => {
  let server: Server;
  let socket: Socket;
  afterEach(() => {
    socket.destroy();
    server.close();
  });

  /** A watched connection to somebody who does `answer` with each request. */
  async function connectTo(answer: (other: Socket, request: Buffer) => void) {
    server = createServer((other) =>
      other.on('error', () => undefined).on('data', (request: Buffer) => answer(other, request)),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const since = performance.now();
    let endedMs: number | null = null;
    watchAnswers(
      socket,
      (apiKey) => (apiKey === JOIN_GROUP ? 4 * PATIENCE_MS : PATIENCE_MS),
      () => {
        endedMs = performance.now() - since;
        socket.destroy();
      },
    );
    await once(socket, 'connect');
    return { ended: () => endedMs };
  }

  it('ends a connection that owes an answer for too long', async () => {
    const { ended } = await connectTo(() => undefined);
    socket.write(frameOf(FETCH));
    await once(socket, 'close');
    expect(ended()).toBeGreaterThanOrEqual(PATIENCE_MS);
  });

  it('gives each kind of request its own time', async () => {
    const { ended } = await connectTo(() => undefined);
    socket.write(frameOf(JOIN_GROUP));
    await once(socket, 'close');
    expect(ended()).toBeGreaterThanOrEqual(4 * PATIENCE_MS);
  });

  it('leaves alone who owes nothing, however long it is silent', async () => {
    const { ended } = await connectTo((other) => other.write(frameOf(0, 100)));
    await sleep(2 * PATIENCE_MS);
    socket.write(frameOf(FETCH));
    await sleep(3 * PATIENCE_MS);
    expect(ended()).toBeNull();
  });

  it('notices that of two requests only one was answered', async () => {
    let requests = 0;
    const { ended } = await connectTo((other, chunk) => {
      for (let at = 0; at < chunk.length; at += 12) {
        requests += 1;
        if (requests === 1) other.write(frameOf(0));
      }
    });
    socket.write(frameOf(FETCH));
    socket.write(frameOf(FETCH));
    await once(socket, 'close');
    expect(ended()).not.toBeNull();
    expect(requests).toBe(2);
  });

  /** An answer of so many pieces, one byte each, in all that many ms. */
  const drip = (pieces: number, ms: number) => async (other: Socket) => {
    for (const byte of frameOf(0, pieces - 4)) {
      other.write(Buffer.of(byte));
      await sleep(ms / pieces);
    }
  };

  it('waits longer for an answer that comes in pieces', async () => {
    const { ended } = await connectTo(drip(12, 1.6 * PATIENCE_MS));
    socket.write(frameOf(FETCH));
    let received = 0;
    socket.on('data', (chunk: Buffer) => {
      received += chunk.length;
    });
    await expect.poll(() => received, { timeout: 5_000 }).toBe(12);
    await sleep(2 * PATIENCE_MS);
    expect(ended()).toBeNull();
  });

  it('ends one whose answer comes in pieces without end', async () => {
    const { ended } = await connectTo(drip(200, 20 * PATIENCE_MS));
    socket.write(frameOf(FETCH));
    await once(socket, 'close');
    expect(ended()).toBeGreaterThanOrEqual(3 * PATIENCE_MS);
  });

  it('takes an answer that lay there while this process stood still', async () => {
    const { ended } = await connectTo((other) => {
      other.write(frameOf(0));
      const endMs = performance.now() + 2 * PATIENCE_MS;
      while (performance.now() < endMs);
    });
    socket.write(frameOf(FETCH));
    await sleep(3 * PATIENCE_MS);
    expect(ended()).toBeNull();
  });
});
